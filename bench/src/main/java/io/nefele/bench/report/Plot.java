package io.nefele.bench.report;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lines over the same axes, both of them logarithmic.
 *
 * @param name of its file, without the ending
 * @param x what is along the horizontal axis
 * @param y what is along the vertical axis
 */
public record Plot(String name, String title, String x, String y, List<Series> series) {
  public Plot {
    series = List.copyOf(series);
  }

  /**
   * One line.
   *
   * @param points by what is along the horizontal axis; all numbers are greater than 0
   * @param isFloor whether nothing can be below it
   */
  public record Series(String name, SortedMap<Double, Double> points, boolean isFloor) {
    public Series {
      points.forEach(
          (x, y) -> {
            if (x <= 0 || y <= 0) {
              throw new IllegalArgumentException(
                  name + ": (" + x + ", " + y + ") has no place on logarithmic axes");
            }
          });
      points = Collections.unmodifiableSortedMap(new TreeMap<>(points));
    }
  }
}
