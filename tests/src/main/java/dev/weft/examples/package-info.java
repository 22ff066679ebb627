/** Programs to copy from, each on the public API alone: {@code java -jar weft-examples.jar NAME}. */
package dev.weft.examples;
