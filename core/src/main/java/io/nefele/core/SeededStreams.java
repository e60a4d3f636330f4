package io.nefele.core;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Independent streams of randomness from one seed, told apart by name: adding a draw to one stream
 * does not shift the others, so that a seed keeps its meaning while the code grows.
 *
 * @param seed the seed of all streams
 */
public record SeededStreams(long seed) {

  /** The xoshiro256++ generator of the stream called {@code name}; the same one at every call. */
  public RandomGenerator stream(String name) {
    long mixed = seed;
    for (int i = 0; i < name.length(); i++) {
      mixed = mix(mixed + name.charAt(i));
    }
    return RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(mix(mixed));
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
  private static long mix(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
