package dev.weft.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The fields of an HTTP message, in order. Names compare without regard to case. Immutable. What cannot be sent cannot be
 * put in: a name has to be a token, a value free of CR, LF, NUL and other control characters.
 */
public final class Headers {
    /** No fields. */
    public static final Headers EMPTY = new Headers(new String[0]);

    /** Names at even places, their values behind them. */
    private final String[] namesAndValues;

    private Headers(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /**
     * Makes headers of names and values.
     *
     * @param namesAndValues name, value, name, value, and so on
     * @return the headers
     * @throws IllegalArgumentException for a name that is not a token, a value with a control character, or an odd count
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("header name without a value: " + namesAndValues.length + " strings");
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            check(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Headers(namesAndValues.clone());
    }

    /** As {@link #of}, for what a parser has checked. */
    static Headers ofChecked(List<String> namesAndValues) {
        return new Headers(namesAndValues.toArray(String[]::new));
    }

    private static void check(String name, String value) {
        if (!HeaderGrammar.isToken(name)) {
            throw new IllegalArgumentException(
                    "header name is not a token (RFC 9110 §5.1): " + name.replaceAll("[^ -~]", "?"));
        }
        if (!HeaderGrammar.isFieldValue(value)) {
            throw new IllegalArgumentException(
                    "value of header " + name + " has a control character or one beyond ISO 8859-1 (RFC 9110 §5.5)");
        }
    }

    /**
     * Adds a field.
     *
     * @param name a token
     * @param value as it is to be sent
     * @return new headers with it at the end
     * @throws IllegalArgumentException as {@link #of}
     */
    public Headers with(String name, String value) {
        return with(Headers.of(name, value));
    }

    /**
     * Adds fields.
     *
     * @param more what to add
     * @return new headers with them at the end
     */
    public Headers with(Headers more) {
        String[] joined = Arrays.copyOf(namesAndValues, namesAndValues.length + more.namesAndValues.length);
        System.arraycopy(more.namesAndValues, 0, joined, namesAndValues.length, more.namesAndValues.length);
        return new Headers(joined);
    }

    /**
     * The first field of a name.
     *
     * @param name in any case
     * @return its value, or null where there is none
     */
    public String first(String name) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                return namesAndValues[i + 1];
            }
        }
        return null;
    }

    /**
     * All fields of a name.
     *
     * @param name in any case
     * @return their values, in order; empty where there are none
     */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                values.add(namesAndValues[i + 1]);
            }
        }
        return values;
    }

    /**
     * All fields of a name as one list, which means the same (RFC 9110 §5.3).
     *
     * @param name in any case
     * @return their values joined by commas; empty where there are none
     */
    public String joined(String name) {
        return String.join(", ", all(name));
    }

    /**
     * Visits the fields in order.
     *
     * @param action gets name and value
     */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            action.accept(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    /**
     * The number of fields.
     *
     * @return 0 or more
     */
    public int size() {
        return namesAndValues.length / 2;
    }

    /** Writes the fields as they go over the wire, each with its line's end. */
    void appendTo(StringBuilder head) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            head.append(namesAndValues[i])
                    .append(": ")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && Arrays.equals(namesAndValues, headers.namesAndValues);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(namesAndValues);
    }

    /** Names only: values may be secrets, and this may end up in a log. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            names.add(namesAndValues[i]);
        }
        return names.toString();
    }
}
