package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkTeamTest {
  @Test
  void callsEachPartOnceForAnyNumberOfThreadsAndParts() {
    for (int threads = 1; threads <= 4; threads++) {
      try (WorkTeam team = new WorkTeam(threads)) {
        for (int parts = 0; parts < 40; parts++) {
          AtomicIntegerArray calls = new AtomicIntegerArray(parts);
          team.run(parts, calls::incrementAndGet);
          for (int i = 0; i < parts; i++) {
            assertThat(calls.get(i)).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void manyShortRunsInARowLoseNoPart() {
    try (WorkTeam team = new WorkTeam(3)) {
      AtomicInteger sum = new AtomicInteger();
      for (int run = 0; run < 20_000; run++) {
        team.run(5, part -> sum.addAndGet(part + 1));
      }
      assertThat(sum).hasValue(20_000 * 15);
    }
  }

  @Test
  void wakesThreadsThatHaveParked() throws InterruptedException {
    try (WorkTeam team = new WorkTeam(2)) {
      for (int run = 0; run < 5; run++) {
        Thread.sleep(Duration.ofMillis(20)); // far longer than the spinning
        // Each part waits for the other, so this ends only if two threads take part.
        CountDownLatch both = new CountDownLatch(2);
        Set<String> names = ConcurrentHashMap.newKeySet();
        team.run(
            2,
            part -> {
              names.add(Thread.currentThread().getName());
              both.countDown();
              await(both);
            });
        assertThat(names).hasSize(2);
      }
    }
  }

  @Test
  void aTeamOfOneRunsInTheCallerInOrder() {
    try (WorkTeam team = new WorkTeam(1)) {
      StringBuilder order = new StringBuilder();
      Thread caller = Thread.currentThread();
      team.run(
          4,
          part -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            order.append(part);
          });
      assertThat(order).hasToString("0123");
    }
  }

  @Test
  void theFirstExceptionReachesTheCallerAndTheTeamGoesOn() {
    for (int threads = 1; threads <= 3; threads++) {
      try (WorkTeam team = new WorkTeam(threads)) {
        for (int failing = 0; failing < 8; failing++) {
          int bad = failing;
          assertThatThrownBy(() ->
                  team.run(
                      8,
                      part -> {
                        if (part == bad) {
                          throw new BadInputException("part " + part);
                        }
                      }))
              .isInstanceOf(BadInputException.class)
              .hasMessage("part " + bad);
        }
        AtomicInteger calls = new AtomicInteger();
        team.run(8, _ -> calls.incrementAndGet());
        assertThat(calls).hasValue(8);
      }
    }
  }

  @Test
  void anErrorIsNotSwallowedEither() {
    try (WorkTeam team = new WorkTeam(2)) {
      assertThatThrownBy(() ->
              team.run(
                  2,
                  _ -> {
                    throw new StackOverflowError();
                  }))
          .isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void aPartThatStartsARunIsRefusedOnEveryThread() {
    for (int threads = 1; threads <= 3; threads++) {
      try (WorkTeam team = new WorkTeam(threads)) {
        AtomicInteger refused = new AtomicInteger();
        team.run(
            6,
            _ -> {
              try {
                team.run(2, _ -> {});
              } catch (IllegalStateException e) {
                refused.incrementAndGet();
              }
            });
        assertThat(refused).hasValue(6);
      }
    }
  }

  @Test
  void aPartMayUseAnotherTeam() {
    try (WorkTeam outer = new WorkTeam(2);
        WorkTeam inner = new WorkTeam(2)) {
      AtomicInteger calls = new AtomicInteger();
      outer.run(4, _ -> inner.run(3, _ -> calls.incrementAndGet()));
      assertThat(calls).hasValue(12);
    }
  }

  @Test
  void runsFromSeveralThreadsFollowOneAnother() throws InterruptedException {
    try (WorkTeam team = new WorkTeam(2)) {
      AtomicInteger calls = new AtomicInteger();
      AtomicInteger inside = new AtomicInteger();
      Runnable work =
          () -> {
            for (int i = 0; i < 200; i++) {
              int[] own = new int[3];
              team.run(
                  3,
                  part -> {
                    own[part]++;
                    calls.incrementAndGet();
                  });
              if (own[0] + own[1] + own[2] != 3) {
                inside.incrementAndGet();
              }
            }
          };
      Thread other = Thread.ofVirtual().start(work);
      work.run();
      other.join();
      assertThat(calls).hasValue(2 * 200 * 3);
      assertThat(inside).as("runs that returned before their parts were done").hasValue(0);
    }
  }

  @Test
  void aClosedTeamRefusesWorkAndItsThreadsEnd() throws InterruptedException {
    WorkTeam team = new WorkTeam(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    team.run(
        3,
        _ -> {
          threads.add(Thread.currentThread());
          all.countDown();
          await(all);
        });
    team.close();
    team.close();
    assertThatThrownBy(() -> team.run(2, _ -> {})).isInstanceOf(IllegalStateException.class);
    threads.remove(Thread.currentThread());
    assertThat(threads).hasSize(2);
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(10))).as("%s has ended", thread).isTrue();
    }
  }

  @Test
  void aTeamNeedsAThread() {
    assertThatThrownBy(() -> new WorkTeam(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
