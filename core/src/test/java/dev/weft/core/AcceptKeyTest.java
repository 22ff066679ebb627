package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptKeyTest {
    @Test
    @Tag("6455-4.2.2-13")
    void answersTheSampleOfSection13() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", AcceptKey.accept("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    @Test
    @Tag("6455-4.1-24")
    void keyIsTheNonceInBase64() {
        assertEquals("dGhlIHNhbXBsZSBub25jZQ==", AcceptKey.key("the sample nonce".getBytes()));
        assertTrue(AcceptKey.isKey("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x3JJHMbDL1EzLkh9GBhXDQ",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZTE=",
                "dGhlIHNhbXBsZSBub25j",
                "dGhlIHNhbXBsZSBub25j====",
                "dGhlIHNhbXBsZSBub25jZ!==",
                "dGhlIHNhbXBsZSBub25jZé==",
                "dGhlIHNhbXBsZSBub25jZQ== ",
                "dGhlIHNhbXBs ZSBub25jZQ="
            })
    @Tag("6455-4.2.1-6")
    void whatIsNot16BytesInBase64IsNoKey(String key) {
        assertFalse(AcceptKey.isKey(key));
    }
}
