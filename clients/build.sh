#!/bin/sh
# Builds the C library, static and shared, and the programs that test it.
# Usage: build.sh DIRECTORY-OF-LIBRARY DIRECTORY-OF-TESTS
set -eu
cd "$(dirname "$0")/c"
CC="${CC:-gcc}"
if ! command -v "$CC" > /dev/null; then
    echo "libnefele for C needs a compiler: '$CC' is not installed." >&2
    echo "Install it (Debian: apt install gcc libc6-dev), or name another one: CC=clang mvn ..." >&2
    exit 1
fi
library=$1
tests=$2
mkdir -p "$library/include" "$tests"
flags="-std=c11 -D_GNU_SOURCE -Iinclude -g -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden"
objects=
for source in src/*.c; do
    object="$tests/$(basename "$source" .c).o"
    "$CC" $flags -c -o "$object" "$source"
    objects="$objects $object"
done
# One object in which what is not in the header is local: it clashes with no program's names.
ld -r -o "$tests/nefele.o" $objects
objcopy --localize-hidden "$tests/nefele.o"
rm -f "$library/libnefele.a"
ar rcs "$library/libnefele.a" "$tests/nefele.o"
"$CC" -shared -Wl,-soname,libnefele.so.0 -o "$library/libnefele.so.0" $objects
ln -sf libnefele.so.0 "$library/libnefele.so"
cp include/nefele.h "$library/include/"
# With checks of each access to memory, and of leaks at the end.
for test in test/*.c; do
    "$CC" $flags -fsanitize=address,undefined -fno-sanitize-recover=all \
        -o "$tests/$(basename "$test" .c)" "$test" src/*.c
done
# And as users have it, for valgrind.
"$CC" $flags -o "$tests/exchange-as-shipped" test/exchange.c "$library/libnefele.a"
