#!/bin/sh
# Compiles the init and the view of the fabric for ps and its like (static: they must run inside any
# tenant's root), the benchmark's floor, and the forwarder that makes links of a local fabric slow.
# Usage: build.sh OUTPUT-OF-INIT OUTPUT-DIRECTORY-OF-BENCH OUTPUT-OF-NETDELAY OUTPUT-OF-VIEW
set -eu
cd "$(dirname "$0")"
CC="${CC:-gcc}"
if ! command -v "$CC" > /dev/null; then
    echo "nefele-init is written in C and needs a compiler: '$CC' is not installed." >&2
    echo "Install it (Debian: apt install gcc libc6-dev), or name another one: CC=clang mvn ..." >&2
    exit 1
fi
mkdir -p "$(dirname "$1")" "$2" "$(dirname "$3")"
flags="-std=c11 -D_GNU_SOURCE -static -O2 -Wall -Wextra -Werror"
"$CC" $flags -o "$1" src/main/c/*.c
for program in src/bench/*.c; do
    "$CC" $flags -o "$2/$(basename "$program" .c)" "$program"
done
"$CC" $flags -o "$3" src/netdelay/netdelay.c
"$CC" $flags -I../clients/c/include -o "$4" src/view/*.c ../clients/c/src/*.c
