package dev.weft.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of HTTP fields (RFC 9110 §5.6) that the handshake needs: tokens, lists of them, and the extension list of RFC
 * 6455 §9.1. Strict, in one pass over the text.
 */
public final class HeaderGrammar {
    /** The characters of a token apart from letters and digits. */
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int at;

    private HeaderGrammar(String text) {
        this.text = text;
    }

    /**
     * Whether a text is a token.
     *
     * @param text any string
     * @return whether it is not empty and has token characters only
     */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenChar(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isTokenChar(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || TOKEN_SYMBOLS.indexOf(c) >= 0;
    }

    /**
     * Whether a text may be a field's value: no control characters (CR, LF and NUL among them) and nothing beyond a byte.
     *
     * @param text any string
     * @return whether it can be sent as it is
     */
    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' || c > 0xFF || c == 0x7F) && c != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Whether a text is of visible ASCII characters only, and has at least one. */
    static boolean isVisible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Reads a comma-separated list of tokens, as in Connection, Upgrade and Sec-WebSocket-Protocol.
     *
     * @param text the field's value
     * @return the tokens, in order, at least one; empty elements are skipped (RFC 9110 §5.6.1.2)
     * @throws IllegalArgumentException where an element is not a token, or there is none
     */
    public static List<String> tokens(String text) {
        HeaderGrammar grammar = new HeaderGrammar(text);
        List<String> tokens = new ArrayList<>();
        grammar.nextElement();
        do {
            tokens.add(grammar.token());
            grammar.endElement();
        } while (grammar.nextElement());
        return tokens;
    }

    /**
     * Reads a Sec-WebSocket-Extensions field (RFC 6455 §9.1).
     *
     * @param text the field's value; several fields are joined by commas
     * @return the extensions, in order, at least one
     * @throws IllegalArgumentException where it does not follow the grammar
     */
    public static List<Extension> extensions(String text) {
        HeaderGrammar grammar = new HeaderGrammar(text);
        List<Extension> extensions = new ArrayList<>();
        grammar.nextElement();
        do {
            String name = grammar.token();
            List<Extension.Parameter> parameters = new ArrayList<>();
            while (grammar.skip(';')) {
                grammar.skipSpace();
                String parameter = grammar.token();
                parameters.add(new Extension.Parameter(parameter, grammar.skip('=') ? grammar.parameterValue() : null));
            }
            extensions.add(new Extension(name, parameters));
            grammar.endElement();
        } while (grammar.nextElement());
        return extensions;
    }

    /** Moves to the next element that is not empty. */
    private boolean nextElement() {
        while (at < text.length() && (isSpace() || text.charAt(at) == ',')) {
            at++;
        }
        return at < text.length();
    }

    private void endElement() {
        skipSpace();
        if (at < text.length() && text.charAt(at) != ',') {
            throw error("a comma");
        }
    }

    private String token() {
        int start = at;
        while (at < text.length() && isTokenChar(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw error("a token");
        }
        return text.substring(start, at);
    }

    /** "When using the quoted-string syntax variant, the value after quoted-string unescaping MUST conform to token" (§9.1). */
    private String parameterValue() {
        skipSpace();
        if (at == text.length() || text.charAt(at) != '"') {
            return token();
        }
        at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at == text.length() || !isTokenChar(text.charAt(at))) {
                throw error("a token in quotes");
            }
            value.append(text.charAt(at++));
        }
        if (at == text.length() || value.length() == 0) {
            throw error("a token in quotes");
        }
        at++;
        return value.toString();
    }

    private boolean skip(char wanted) {
        skipSpace();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        if (found) {
            at++;
        }
        return found;
    }

    private void skipSpace() {
        while (at < text.length() && isSpace()) {
            at++;
        }
    }

    private boolean isSpace() {
        return text.charAt(at) == ' ' || text.charAt(at) == '\t';
    }

    private IllegalArgumentException error(String expected) {
        return new IllegalArgumentException(
                "expected " + expected + " at character " + (at + 1) + " of " + text.length());
    }
}
