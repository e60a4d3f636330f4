package io.nefele.bench.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A {@link Plot} as an SVG image. */
public final class SvgPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 540;
  private static final int TOP = 40;
  private static final int BOTTOM = 390;
  private static final int LEGEND_STEP = 20;

  /** Colours that people who see few of them tell apart (Okabe, Ito 2008). */
  private static final List<String> COLOURS =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b", "#7f7f7f",
          "#bcbd22", "#000000");

  private final Plot plot;
  private final SortedSet<Double> xs = new TreeSet<>();
  private final double bottomPower;
  private final double topPower;
  private final StringBuilder out = new StringBuilder();

  private SvgPlot(Plot plot) {
    this.plot = plot;
    plot.series().forEach(series -> xs.addAll(series.points().keySet()));
    double[] ys =
        plot.series().stream()
            .flatMap(series -> series.points().values().stream())
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    double least = ys.length == 0 ? 1 : ys[0];
    double most = ys.length == 0 ? 1 : ys[ys.length - 1];
    this.bottomPower = Math.floor(Math.log10(least));
    this.topPower = Math.max(bottomPower + 1, Math.ceil(Math.log10(most)));
  }

  /** The image, as the text of a file. */
  public static String render(Plot plot) {
    return new SvgPlot(plot).draw();
  }

  private String draw() {
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"13\">",
        WIDTH, HEIGHT);
    line("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    text(LEFT, TOP - 16, "start", plot.title());
    axes();
    for (int i = 0; i < plot.series().size(); i++) {
      series(plot.series().get(i), COLOURS.get(i % COLOURS.size()), TOP + LEGEND_STEP * i);
    }
    line("</svg>");
    return out.toString();
  }

  private void axes() {
    for (double power = bottomPower; power <= topPower; power++) {
      double y = y(Math.pow(10, power));
      line(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>", LEFT, y, RIGHT, y);
      text(LEFT - 8, y + 4, "end", number(Math.pow(10, power)));
    }
    for (double x : xs) {
      line(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#ddd\"/>",
          x(x), TOP, x(x), BOTTOM);
      text(x(x), BOTTOM + 18, "middle", number(x));
    }
    text((LEFT + RIGHT) / 2.0, BOTTOM + 40, "middle", plot.x());
    line(
        "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        (TOP + BOTTOM) / 2, escaped(plot.y()));
  }

  private void series(Plot.Series series, String colour, int legendY) {
    String dashes = series.isFloor() ? " stroke-dasharray=\"6 4\"" : "";
    String points =
        series.points().entrySet().stream()
            .map(
                point ->
                    String.format(Locale.ROOT, "%.1f,%.1f", x(point.getKey()), y(point.getValue())))
            .collect(Collectors.joining(" "));
    line(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        points, colour, dashes);
    series
        .points()
        .forEach(
            (x, y) ->
                line("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x(x), y(y), colour));
    line(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        RIGHT + 14, legendY, RIGHT + 38, legendY, colour, dashes);
    text(RIGHT + 44, legendY + 4, "start", series.name());
  }

  /** The least and the greatest are a twelfth of the width from the ends. */
  private double x(double value) {
    double least = Math.log(xs.getFirst());
    double range = Math.max(Math.log(xs.getLast()) - least, Math.ulp(1));
    double inset = (RIGHT - LEFT) / 12.0;
    return LEFT + inset + (Math.log(value) - least) / range * (RIGHT - LEFT - 2 * inset);
  }

  private double y(double value) {
    double share = (Math.log10(value) - bottomPower) / (topPower - bottomPower);
    return BOTTOM - share * (BOTTOM - TOP);
  }

  private void text(double x, double y, String anchor, String text) {
    line("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(text));
  }

  private void line(String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
