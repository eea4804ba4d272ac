#!/bin/sh
# Installs what preparing training data needs, on Debian, as root: fonts and speech synthesisers from
# Debian packages, emoji from npm packages at fixed versions. Nobody needs any of it to ask, to
# build or to test. Sources and licences: docs/data.md.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)

# The packages of the training faces are the second column of the list that the skill itself reads.
fonts=$(grep -v '^#' "$here/skills/src/main/resources/pollux/skills/training-fonts.tsv" | cut -f 2 | sort -u)
speech="espeak-ng flite"
# Node.js from elsewhere brings an npm that Debian's package conflicts with.
npm=
command -v npm >/dev/null || npm=npm
if [ "$(id -u)" = 0 ]; then
  # shellcheck disable=SC2086  # names of packages, to be split at spaces
  apt-get install -y --no-install-recommends $fonts $speech $npm
else
  echo "Not root, so no Debian packages were installed. As root: apt-get install --no-install-recommends" $fonts $speech $npm >&2
fi

# Emoji and icons: the drawings that the skills' list names, out of @iconify-json packages, as SVG files.
assets=${POLLUX_ASSETS:-$HOME/.cache/pollux/assets}
node "$here/scripts/fetch-emoji.mjs" "$here/skills/src/main/resources/pollux/skills" "$assets/emoji"
