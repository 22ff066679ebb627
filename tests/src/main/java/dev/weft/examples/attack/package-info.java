/** What hostile peers have sent to WebSocket servers, to be tried on any of them. Start reading at {@code Attack}. */
package dev.weft.examples.attack;
