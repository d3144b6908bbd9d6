package interop_test

import (
	"crypto"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// signersGuide is where the programs are that sign.
const signersGuide = "templates/guides/signers.md"

// signerClient authenticates with a JWT that a program signs.
func signerClient(name, at, algorithm string, key crypto.PublicKey, program ...string) client {
	arguments := []string{quote("${path.module}/" + program[0])}
	for _, argument := range program[1:] {
		if strings.HasSuffix(argument, ".pem") {
			argument = "${path.module}/" + argument
		}
		arguments = append(arguments, quote(argument))
	}
	return client{
		name: name, at: at,
		metadata: map[string]any{
			"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": algorithm,
			"jwks": jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key, KeyID: name, Use: "sig"}}},
		},
		set: map[string]string{
			"client_auth": quote("private_key_jwt"),
			"client_assertion": object("signed", map[string]string{
				"signer": "[" + strings.Join(arguments, ", ") + "]", "signing_algorithm": quote(algorithm), "key_id": quote(name),
			}),
		},
	}
}

// signerClients are a client of each algorithm, at both servers: with keys of the
// token, and with keys in files that openssl has.
func signerClients(_ *testing.T, k *keyring) []client {
	if k.hsm == nil {
		return nil
	}
	var clients []client
	for _, at := range []string{atOIDC, atZitadel} {
		for algorithm, id := range map[string]string{"RS256": hsmRSA, "PS256": hsmRSA, "ES256": hsmEC} {
			key, file := k.rsa.Public(), "rsa.pem"
			if id == hsmEC {
				key, file = k.p256.Public(), "ec.pem"
			}
			clients = append(clients,
				signerClient(at+"_hsm_"+algorithm, at, algorithm, k.hsm.keys[id], "sign-pkcs11", algorithm, id),
				signerClient(at+"_openssl_"+algorithm, at, algorithm, key, "sign-openssl", algorithm, file))
		}
	}
	return append(clients,
		signerClient("another_key", atZitadel, "ES256", k.p384.Public(), "sign-pkcs11", "ES256", hsmEC),
		signerClient("no_key", atZitadel, "RS256", k.hsm.keys[hsmRSA], "sign-pkcs11", "RS256", "09"),
		signerClient("another_algorithm", atZitadel, "ES256", k.hsm.keys[hsmEC], "sign-pkcs11", "RS256", hsmRSA))
}

// signerRefusals are what is wrong with the last three of signerClients.
func signerRefusals() map[string][]string {
	return map[string][]string{
		"another_key":       {"invalid_grant", "does not accept the client assertion"},
		"no_key":            {"sign-pkcs11", "Private key not found"},
		"another_algorithm": {"signer cannot be used: it printed 256 bytes", "ES256"},
	}
}

// The programs of the guide sign with keys that the provider does not have, and real
// servers take what they sign.
func testSigners(l *serverLab) {
	if l.keyring.hsm == nil {
		l.T.Skip("there is no SoftHSM: run make hsm")
	}
	l.Trace()
	maps.Copy(l.Env, l.keyring.hsm.env)
	for _, name := range []string{"sign-pkcs11", "sign-openssl"} {
		l.Write(name, documentedProgram(l.T, l.Root, name))
		clitest.OK(l.T, os.Chmod(l.Path(name), 0o700)) //nolint:gosec // it is run
	}
	l.Write("rsa.pem", testkeys.PKCS8(l.T, l.keyring.rsa))
	l.Write("ec.pem", testkeys.PKCS8(l.T, l.keyring.p256))
	var good []string
	refused := signerRefusals()
	for _, name := range l.names() {
		if refused[name] == nil {
			good = append(good, name)
		}
	}
	l.configure(each("data", "this", good, ""), exchangedOutput)
	// One after the other: while one program writes to SoftHSM's token, another one may
	// not find it.
	l.Must("apply", "-auto-approve", "-parallelism=1")
	var tokens map[string]exchanged
	l.Output("tokens", &tokens)
	for _, c := range l.clients {
		if refused[c.name] != nil {
			continue
		}
		answer := l.servers[c.at].about(l.T, tokens[c.name].Token)
		if !isActive(answer) || answer["client_id"] != c.id {
			l.T.Errorf("%s: introspection says %v", c.name, answer)
		}
	}
	l.refusedSigners(refused)
	l.MustNotHold(append(l.sentNeedles(), clitest.Needle{Name: "PIN", Value: l.keyring.hsm.pin})...)
}

// refusedSigners checks the errors of what signs with the wrong key, or not at all, and
// of a wrong PIN.
func (l *serverLab) refusedSigners(refused map[string][]string) {
	l.T.Helper()
	l.configure(each("data", "bad", []string{"another_key", "no_key", "another_algorithm"}, ""))
	found := l.diagnostics("plan", "-parallelism=1")
	for name, says := range refused {
		l.expect(found, fmt.Sprintf("data.apitoken_oauth2.bad[%q]", name), "error", append(says, quote(name))...)
	}
	l.Env["PKCS11_PIN"] = random()[:16]
	name := atZitadel + "_hsm_RS256"
	l.configure(each("data", "bad", []string{name}, ""))
	l.expect(l.diagnostics("plan"), fmt.Sprintf("data.apitoken_oauth2.bad[%q]", name), "error", "sign-pkcs11", "CKR_PIN_INCORRECT")
}

// documentedProgram returns the program of that name in the guide.
func documentedProgram(t *testing.T, root, name string) string {
	t.Helper()
	text := string(clitest.Must(os.ReadFile(filepath.Join(root, filepath.FromSlash(signersGuide))))(t)) //nolint:gosec // the path is its own
	for _, block := range strings.Split(text, "\n```sh\n")[1:] {
		if script, _, ok := strings.Cut(block, "```"); ok && strings.HasPrefix(script, "#!/bin/sh\n# "+name+" ") {
			return script
		}
	}
	t.Fatalf("%s has no program %s", signersGuide, name)
	return ""
}
