package io.nefele.agent.core;

import io.nefele.placement.PlacementEffect.Refusal;
import io.nefele.placement.Resources;

/** Why a spawn was refused, as a person reads it. */
final class Refusals {
  private Refusals() {}

  static String text(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NoRoom(
              int asked,
              int fitting,
              Resources each,
              Resources largestFree,
              String lacking) ->
          "no room for "
              + asked
              + " of "
              + each.text()
              + " each: "
              + fitting
              + " would fit; the roomiest server has "
              + largestFree.text()
              + " free; closest: "
              + lacking;
      case Refusal.Cancelled() -> "called off, as whoever asked is gone";
      case Refusal.NoPlan(var plan) ->
          "there is no plan of that id here: its time is up, it was used, or another agent made it";
      case Refusal.Declined(String reason) -> reason;
      case Refusal.Lost(var agents) ->
          "agents fell silent while the processes were being made: "
              + agents
              + "; nothing was kept, try again";
    };
  }
}
