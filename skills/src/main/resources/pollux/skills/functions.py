def polygon_intersection(p, q):
    def area(a):
        return sum(x * v - u * y for (x, y), (u, v) in zip(a, a[1:] + a[:1]))
    s = area(q)
    if not s:
        return []
    for (a, b), (c, d) in zip(q, q[1:] + q[:1]):
        k = [s * ((c - a) * (y - b) - (d - b) * (x - a)) for x, y in p]
        r = []
        for i, (x, y) in enumerate(p):
            if k[i] * k[i - 1] < 0:
                u, v = p[i - 1]
                t = k[i] / (k[i] - k[i - 1])
                r.append((x + t * (u - x), y + t * (v - y)))
            if k[i] >= 0:
                r.append((x, y))
        p = r
    return p if area(p) else []


def is_prime(n):
    return n > 1 and all(n % i for i in range(2, int(n ** 0.5) + 1))


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def is_palindrome(s):
    return s == s[::-1]


def reverse_words(s):
    return " ".join(s.split()[::-1])


def bubble_sort(a):
    a = list(a)
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
    return a


def binary_search(a, x):
    l, r = 0, len(a)
    while l < r:
        m = (l + r) // 2
        if a[m] < x:
            l = m + 1
        else:
            r = m
    return l if l < len(a) and a[l] == x else -1


def count_vowels(s):
    return sum(c in "aeiou" for c in s.lower())


def flatten(a):
    return [y for x in a for y in (flatten(x) if isinstance(x, list) else [x])]


def transpose(m):
    return [list(r) for r in zip(*m)]


def to_roman(n):
    s = ""
    for v, r in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                    "M CM D CD C XC L XL X IX V IV I".split()):
        s += r * (n // v)
        n %= v
    return s


def is_anagram(a, b):
    return sorted(a) == sorted(b)


def polygon_area(p):
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(p, p[1:] + p[:1]))) / 2


def point_in_polygon(p, q):
    x, y = p
    r = False
    for (a, b), (c, d) in zip(q, q[1:] + q[:1]):
        if (b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b):
            r = not r
    return r


def caesar(s, k):
    return "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.islower() else c for c in s)


def run_length_encode(s):
    r = ""
    n = 0
    for i, c in enumerate(s):
        n += 1
        if s[i + 1:i + 2] != c:
            r += c + str(n)
            n = 0
    return r


def matrix_multiply(a, b):
    return [[sum(x * y for x, y in zip(r, c)) for c in zip(*b)] for r in a]


def unique(a):
    return list(dict.fromkeys(a))
