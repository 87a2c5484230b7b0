#!/bin/sh
# Installs the real parts that the tests start on loopback (PostgreSQL, Chromium), and a Chinese typeface that a PDF can
# hold, where they are missing and can be had.
set -u
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/share/fonts/truetype/wqy/*.ttc >/dev/null 2>&1 || missing="$missing fonts-wqy-microhei"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$missing for the tests …"
  # shellcheck disable=SC2086 - the list is meant to be split
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 \
    || echo "Could not install$missing: the tests that need them will be skipped and say so."
else
  echo "Not installed:$missing (needs root and apt-get): the tests that need them will be skipped and say so."
fi
