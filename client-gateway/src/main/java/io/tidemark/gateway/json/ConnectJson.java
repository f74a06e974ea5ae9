package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import java.util.Optional;

/** The CONNECT line's object. */
public final class ConnectJson {
    private static final FieldTable<Draft, Void> FIELDS = FieldTable.<Draft, Void>lenient("ClientOpts")
            .input("echo", (draft, value, place) -> draft.echo = GoValue.flag(value, place))
            .input("verbose", (draft, value, place) -> draft.verbose = GoValue.flag(value, place))
            .input("pedantic", (draft, value, place) -> draft.pedantic = GoValue.flag(value, place))
            .input("tls_required", (draft, value, place) -> GoValue.flag(value, place))
            .input("nkey", (draft, value, place) -> draft.nkey = GoValue.text(value, place))
            .input("jwt", (draft, value, place) -> draft.jwt = GoValue.text(value, place))
            .input("sig", (draft, value, place) -> draft.signature = GoValue.text(value, place))
            .input("auth_token", (draft, value, place) -> draft.token = GoValue.text(value, place))
            .input("user", (draft, value, place) -> draft.user = GoValue.text(value, place))
            .input("pass", (draft, value, place) -> draft.password = GoValue.text(value, place))
            .input("name", (draft, value, place) -> draft.name = GoValue.text(value, place))
            .input("lang", (draft, value, place) -> draft.lang = GoValue.text(value, place))
            .input("version", (draft, value, place) -> draft.version = GoValue.text(value, place))
            .input("protocol", (draft, value, place) -> draft.protocol = GoValue.integer(value, place))
            .input("account", (draft, value, place) -> draft.account = GoValue.text(value, place))
            .input("new_account", (draft, value, place) -> draft.newAccount = GoValue.flag(value, place))
            .input("headers", (draft, value, place) -> draft.headers = GoValue.flag(value, place))
            .input("no_responders", (draft, value, place) -> draft.noResponders = GoValue.flag(value, place));

    private ConnectJson() {}

    /** Who connects. What wasn't given is empty. */
    public record Credentials(String user, String password, String token, String nkey, String jwt, String signature) {
        public static final Credentials NONE = new Credentials("", "", "", "", "", "");
    }

    /**
     * What a client wants.
     *
     * @param protocol as given; 0 and 1 are known
     * @param namesAccount whether it asks for an account, which is refused
     */
    public record ConnectOptions(
            boolean verbose,
            boolean pedantic,
            boolean echo,
            boolean headers,
            boolean noResponders,
            int protocol,
            String name,
            String lang,
            String version,
            boolean namesAccount,
            Credentials credentials) {
        /** Before a CONNECT came. */
        public static final ConnectOptions DEFAULT =
                new ConnectOptions(true, true, true, false, false, 0, "", "", "", false, Credentials.NONE);
    }

    /**
     * The options after this CONNECT, empty where it can't be read.
     *
     * @param earlier what keys that aren't there keep
     */
    public static Optional<ConnectOptions> read(Bytes body, ConnectOptions earlier) {
        Draft draft = new Draft(earlier);
        try {
            FIELDS.readAt(JsonTree.parse(body), draft, GoValue.Place.BODY);
        } catch (JsonProblem problem) {
            return Optional.empty();
        }
        return Optional.of(draft.options());
    }

    /** What was read so far. */
    private static final class Draft {
        private boolean verbose;
        private boolean pedantic;
        private boolean echo;
        private boolean headers;
        private boolean noResponders;
        private int protocol;
        private String name;
        private String lang;
        private String version;
        private String account = "";
        private boolean newAccount;
        private final boolean namedAccount;
        private String user;
        private String password;
        private String token;
        private String nkey;
        private String jwt;
        private String signature;

        private Draft(ConnectOptions earlier) {
            verbose = earlier.verbose();
            pedantic = earlier.pedantic();
            echo = earlier.echo();
            headers = earlier.headers();
            noResponders = earlier.noResponders();
            protocol = earlier.protocol();
            name = earlier.name();
            lang = earlier.lang();
            version = earlier.version();
            namedAccount = earlier.namesAccount();
            user = earlier.credentials().user();
            password = earlier.credentials().password();
            token = earlier.credentials().token();
            nkey = earlier.credentials().nkey();
            jwt = earlier.credentials().jwt();
            signature = earlier.credentials().signature();
        }

        private ConnectOptions options() {
            return new ConnectOptions(
                    verbose,
                    pedantic,
                    echo,
                    headers,
                    noResponders,
                    protocol,
                    name,
                    lang,
                    version,
                    namedAccount || newAccount || !account.isEmpty(),
                    new Credentials(user, password, token, nkey, jwt, signature));
        }
    }
}
