package dev.weft.benchmarks.load;

import java.util.Locale;
import java.util.Map;

/** Bars as SVG, readable on a light and on a dark page. */
final class Chart {
    private static final int WIDTH = 640;
    private static final int LABEL = 130;
    private static final int VALUE = 80;
    private static final int ROW = 26;
    private static final int TOP = 56;

    private Chart() {}

    static String bars(String title, String unit, Map<String, Double> bars) {
        double longest =
                bars.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
        int height = TOP + ROW * bars.size() + 10;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\">",
                WIDTH,
                height);
        line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
        line(svg, "<text x=\"10\" y=\"22\" font-size=\"16\" font-weight=\"bold\" fill=\"#222222\">%s</text>", title);
        line(svg, "<text x=\"10\" y=\"42\" font-size=\"12\" fill=\"#666666\">%s</text>", unit);
        int y = TOP;
        for (Map.Entry<String, Double> bar : bars.entrySet()) {
            double value = bar.getValue();
            double length = Math.max(1, value / longest * (WIDTH - LABEL - VALUE));
            String color =
                    bar.getKey().equals("weft") ? "#1769aa" : bar.getKey().equals("rawnio") ? "#9aa5ad" : "#c9d3da";
            line(
                    svg,
                    "<text x=\"%d\" y=\"%d\" font-size=\"13\" text-anchor=\"end\" fill=\"#222222\">%s</text>",
                    LABEL - 8,
                    y + 15,
                    bar.getKey());
            line(svg, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>", LABEL, y, length, color);
            line(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" font-size=\"12\" fill=\"#222222\">%s</text>",
                    LABEL + length + 6,
                    y + 14,
                    number(value));
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
