package dev.weft.tls;

import java.net.IDN;
import java.net.Socket;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The keys of one side with their certificates: a client's only one, or a server's, chosen by the name that the client asks for
 * (SNI, RFC 6066 §3). The JDK's own key managers choose by what is in the certificates, with no certain default.
 */
final class CertifiedKeys extends X509ExtendedKeyManager {
    private static final int MAX_NAMES = 1000;
    /** The alias of what unknown names get. */
    private static final String DEFAULT = "";

    /** By host name, which is the alias too. Never changed. */
    private final Map<String, PrivateKeyEntry> byName;

    private CertifiedKeys(Map<String, PrivateKeyEntry> byName) {
        this.byName = byName;
    }

    static CertifiedKeys of(PrivateKeyEntry only) {
        return new CertifiedKeys(Map.of(DEFAULT, only));
    }

    CertifiedKeys with(String hostName, PrivateKeyEntry certificate) {
        boolean wildcard = hostName.startsWith("*.");
        String name = IDN.toASCII(wildcard ? hostName.substring(2) : hostName).toLowerCase(Locale.ROOT);
        if (!name.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*")) {
            throw new IllegalArgumentException("not a host name, nor one with *. in front: " + hostName);
        }
        Map<String, PrivateKeyEntry> more = new HashMap<>(byName);
        more.put(wildcard ? "*." + name : name, certificate);
        if (more.size() - 1 > MAX_NAMES) { // the default has none
            throw new IllegalArgumentException("there are certificates for " + MAX_NAMES + " names, the limit");
        }
        return new CertifiedKeys(more);
    }

    // ---------------------------------------------------------------- choosing

    private String aliasFor(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName requested : session.getRequestedServerNames()) {
                if (requested instanceof SNIHostName host) {
                    return aliasFor(host.getAsciiName().toLowerCase(Locale.ROOT));
                }
            }
        }
        return DEFAULT;
    }

    String aliasFor(String name) {
        if (byName.containsKey(name)) {
            return name;
        }
        // One label: *.example.org is for a.example.org, but not for a.b.example.org (RFC 9525 §6.3)
        String wildcard = "*" + name.substring(Math.max(0, name.indexOf('.')));
        return byName.containsKey(wildcard) ? wildcard : DEFAULT;
    }

    private String ifOfType(String alias, String... keyTypes) {
        String algorithm = byName.get(alias).getPrivateKey().getAlgorithm();
        return Arrays.asList(keyTypes).contains(algorithm) ? alias : null;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return ifOfType(aliasFor(engine), keyType);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return ifOfType(DEFAULT, keyTypes);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return (X509Certificate[]) byName.get(alias).getCertificateChain(); // of this type, says PrivateKeyEntry
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return byName.get(alias).getPrivateKey();
    }

    // ---------------------------------------------------------------- for sockets, of which there are none

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }
}
