// A real OpenID Connect provider (npm: oidc-provider) on loopback, for one client. Argument: the redirect URI.
// Prints its issuer when it listens. Whoever types a name at its sign-in page is that subject.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer().listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "courtroom", client_secret: "a secret of the client: % & +", redirect_uris: [process.argv[2]] }],
    pkce: { required: () => true },
    cookies: { keys: ["a key for the test's cookies"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
