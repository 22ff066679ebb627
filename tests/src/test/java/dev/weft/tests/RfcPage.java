package dev.weft.tests;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The {@link RfcMap} as a page to be read. */
final class RfcPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>The RFC map</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
            table { border-collapse: collapse; table-layout: fixed; width: 100%; }
            th, td { border-bottom: 1px solid #8884; padding: .4rem .6rem; text-align: left; vertical-align: top;
                overflow-wrap: anywhere; }
            th:nth-child(1) { width: 9rem; }
            th:nth-child(2) { width: 6.5rem; }
            th:nth-child(3) { width: 3.5rem; }
            th:nth-child(5) { width: 13rem; }
            tr:target, tr.deviates { background: #fc02; }
            tr.other { opacity: .6; }
            :root { color-scheme: light dark; }
            </style>
            <h1>The RFC map</h1>
            <p>Every sentence of the RFCs that binds an endpoint, in other words than theirs, where Weft enforces it, and which
            tests notice its absence.</p>
            """;

    private final RfcMap map;
    private final Path folder;

    /** A page that lies in {@code folder}, to which its links are relative. */
    RfcPage(RfcMap map, Path folder) {
        this.map = map;
        this.folder = folder;
    }

    String html() {
        StringBuilder html = new StringBuilder(HEAD);
        html.append("<p><strong>").append(map.counts()).append(".</strong></p>\n");
        String rfc = "";
        for (RfcMap.Sentence sentence : map.sentences) {
            if (!sentence.rfc().equals(rfc)) {
                html.append(rfc.isEmpty() ? "" : "</table>\n");
                rfc = sentence.rfc();
                html.append("<h2>RFC ")
                        .append(rfc)
                        .append("</h2>\n<table>\n<tr><th>id<th>keyword<th>role<th>sentence")
                        .append("<th>enforced by<th>proved by</tr>\n");
            }
            row(html, sentence);
        }
        return html.append("</table>\n</html>\n").toString();
    }

    private void row(StringBuilder html, RfcMap.Sentence sentence) {
        String kind = sentence.deviates() ? " class=deviates" : sentence.applies() ? "" : " class=other";
        String text = "https://www.rfc-editor.org/rfc/rfc" + sentence.rfc() + "#section-" + sentence.section();
        html.append("<tr id=\"").append(sentence.id()).append('"').append(kind);
        html.append("><td><a href=\"#").append(sentence.id()).append("\">").append(sentence.id());
        html.append("</a> <a href=\"").append(text).append("\">§</a>");
        html.append("<td>").append(sentence.keyword());
        html.append("<td>").append(sentence.role());
        html.append("<td>").append(escaped(sentence.text()));
        html.append("<td>")
                .append(sentence.classes().stream()
                        .map(name -> link(map.source(name), "", name))
                        .collect(Collectors.joining("<br>")));
        html.append("<td>")
                .append(map.tests.getOrDefault(sentence.id(), List.of()).stream()
                        .map(test -> link(test.file(), "#L" + test.line(), test.name()))
                        .collect(Collectors.joining("<br>")));
        if (!sentence.remark().isEmpty()) {
            html.append("<p><em>").append(escaped(sentence.remark())).append("</em></p>");
        }
        html.append("</tr>\n");
    }

    private String link(Path file, String fragment, String text) {
        String path = folder.toAbsolutePath().relativize(file.toAbsolutePath()).toString();
        return "<a href=\"" + path + fragment + "\">" + escaped(text) + "</a>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
