package io.nefele.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Who gives way: as many as have to, in an order that is given, and of those nobody who is not
 * needed once the later ones go, too.
 *
 * @param <T> who may give way
 * @param <A> an amount of what they leave
 * @param left what one leaves
 * @param nothing what nobody leaves
 * @param minus what is left of an amount without a part of it
 */
public record Victims<T, A>(
    Function<T, A> left, A nothing, BinaryOperator<A> plus, BinaryOperator<A> minus) {

  /**
   * @param inOrder who goes first stands first
   * @param isEnough whether that is enough; if it is, so is more
   * @return empty if all of them would not be enough
   */
  public Optional<List<T>> choose(List<T> inOrder, Predicate<A> isEnough) {
    List<T> chosen = new ArrayList<>();
    A sum = nothing;
    for (T next : inOrder) {
      if (isEnough.test(sum)) {
        break;
      }
      chosen.add(next);
      sum = plus.apply(sum, left.apply(next));
    }
    if (!isEnough.test(sum)) {
      return Optional.empty();
    }
    List<T> needed = new ArrayList<>();
    for (T last : chosen.reversed()) {
      A without = minus.apply(sum, left.apply(last));
      if (isEnough.test(without)) {
        sum = without;
      } else {
        needed.addFirst(last);
      }
    }
    return Optional.of(needed);
  }
}
