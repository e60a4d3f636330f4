package io.nefele.agent.core;

import io.nefele.placement.PlacementEffect.Refusal;
import io.nefele.placement.Resources;

/** Why a spawn was refused, as a person reads it. */
final class Refusals {
  private Refusals() {}

  static String text(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NoRoom(int asked, int fitting, Resources each, Resources largestFree) ->
          "no room for "
              + asked
              + " of "
              + text(each)
              + " each: "
              + fitting
              + " would fit; the roomiest server has "
              + text(largestFree)
              + " free";
      case Refusal.Declined(String reason) -> reason;
      case Refusal.Lost(var agents) ->
          "agents fell silent while the processes were being made: "
              + agents
              + "; nothing was kept, try again";
    };
  }

  private static String text(Resources amount) {
    return amount.cpuMillis() / 1000.0 + " cores and " + (amount.memoryBytes() >> 20) + " MiB";
  }
}
