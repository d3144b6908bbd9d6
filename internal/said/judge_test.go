package said

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Any message is shown as one short line of printable text.
func TestMessageIsOneShortLine(t *testing.T) {
	t.Parallel()
	judge := plainBook().Judge()
	for name, c := range map[string]struct{ text, want string }{
		"nothing":             {"", ""},
		"punctuation alone":   {" . -- … ", ""},
		"a digit":             {"7", "7"},
		"whitespace":          {" \r\n\t no  way \u2028\u2029\u0085 here\u00a0", "no way here"},
		"control characters":  {"no\x1b[31m way\u009b1m\x00\x7f", "no way"},
		"colours":             {"\x1b[1;31mno\x1b[0m \x1b]0;title\x07way\x1b]8;;https://x\x1b\\ here\x1b(B", "no way here"},
		"cut sequences":       {"no way\x1b[", "no way"},
		"backspaces":          {"\bnoo\b waz\by", "no way"},
		"another direction":   {"no\u202e way\u2066\u200f", "no way"},
		"nothing to see":      {"\ufeffno\u200b w\u00ada\u2060y\u3164\u2800\ufe0f\U000e0041", "no way"},
		"accents":             {"n\u0301o\u0301\u0302\u0303\u0304\u0305 way\u20dd", "n\u0301o\u0301\u0302 way"},
		"an accent alone":     {"\u0301no \u0301way", "no way"},
		"bytes":               {"no\xff way\xc3", "no\uFFFD way\uFFFD"},
		"private and no text": {"no\ue000 way\U0010ffff", "no way"},
		"letters of others":   {"Нет пути, 没有办法, لا سبيل, é", "Нет пути, 没有办法, لا سبيل, é"},
		"long":                {strings.Repeat("no way ", 200), strings.Repeat("no way ", 142) + "no wa…"},
		"long, one word":      {strings.Repeat("w", 1<<20), strings.Repeat("w", 999) + "…"},
		"just short enough":   {strings.Repeat("ä", 1000), strings.Repeat("ä", 1000)},
		"a megabyte of it":    {strings.Repeat("fake-client-secret-1 ", 1<<16), Hidden + "…"},
	} {
		if got := string(judge.Message(NewForeign(c.text))); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A name is shown in the same way, but shorter.
func TestName(t *testing.T) {
	t.Parallel()
	judge := plainBook().Judge()
	for text, want := range map[string]string{
		"application/problem+json":         "application/problem+json",
		"auth.eu-west-1.example.com:8443":  "auth.eu-west-1.example.com:8443",
		"fake-client-secret-1.invalid":     "(sensitive).invalid",
		"FAKE-CLIENT-SECRET-1/x":           "(sensitive)/x",
		"as\u202e.example.com\r\nX: y":     "as.example.com X: y",
		strings.Repeat("w", 900_000):       strings.Repeat("w", 99) + "…",
		strings.Repeat("a", 100):           strings.Repeat("a", 100),
		"":                                 "",
		"X-Request-Id":                     "X-Request-Id",
		"xn--fake--client--secret--1.test": "(sensitive).test",
	} {
		if got := string(judge.Name(NewForeign(text))); got != want {
			t.Errorf("%.40q: got %q, want %q", text, got, want)
		}
	}
}

// A text that looks like a credential is hidden even if it is in no book. Ids and
// thumbprints are shown.
func TestLooksLikeACredential(t *testing.T) {
	t.Parallel()
	const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJmYWtlIn0.ZmFrZS1zaWduYXR1cmU"
	judge := Book{}.Judge()
	for text, want := range map[string]string{
		"got " + jwt + ", expired":                                                        "got H, expired",
		"got " + jwt[:40]:                                                                 "got H",
		"in base64: " + basic(jwt):                                                        "in base64: H",
		"Authorization: Bearer fake0123456789abcd":                                        "Authorization: Bearer H",
		"Bearer realm=\"api\", error=\"invalid\"":                                         "Bearer realm=\"api\", error=\"invalid\"",
		"Bearer authentication is required":                                               "Bearer authentication is required",
		"key " + fakePEM + " is wrong":                                                    "key H is wrong",
		"cut " + fakePEM[:60]:                                                             "cut H",
		"-----BEGIN CERTIFICATE----- is expected":                                         "-----BEGIN CERTIFICATE----- is expected",
		"token ghp_fake0123456789fake0123":                                                "token H",
		"token fakeA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8":                                  "token H",
		"trace 4bf92f3577b34da6a3ce929d0e0e4736":                                          "trace 4bf92f3577b34da6a3ce929d0e0e4736",
		"thumbprint 8BDEB513EAC11E9E9DA752EB9D5087F317F6D931":                             "thumbprint 8BDEB513EAC11E9E9DA752EB9D5087F317F6D931",
		"sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08":         "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"id 4d856d1f-8648-456c-9bb2-f36273bbe4e3, oaeyeSqWRUQR2-fzxMYXUMifg":              "id 4d856d1f-8648-456c-9bb2-f36273bbe4e3, oaeyeSqWRUQR2-fzxMYXUMifg",
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer":                          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		"com.vmware.vapi.endpoint.failedToLoginMaxSessionCountReached":                    "com.vmware.vapi.endpoint.failedToLoginMaxSessionCountReached",
		"https://docs.example.com/en-us/graph/api/application-get?view=graph-rest-1.0#t2": "https://docs.example.com/en-us/graph/api/application-get?view=graph-rest-1.0#t2",
	} {
		if got := strings.ReplaceAll(string(judge.Message(NewForeign(text))), Hidden, "H"); strings.TrimRight(got, "=") != want && got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A very short secret does not hide parts of words, and a short one only as a whole.
func TestShortSecrets(t *testing.T) {
	t.Parallel()
	book := entries("token", "t", "pin", "he", "password", "abc", "secret", "test", "key", "hunter")
	const text = "the token t of he: abc, testing, tests, hunters, a_test_b, trace 5e4711fc"
	if got := string(book.Judge().Message(NewForeign(text))); got != text {
		t.Errorf("got %q", got)
	}
	for text, want := range map[string]string{
		"test, hunters H-u-n-t-e-r":                 "H, hunters H",
		"Hunter/TEST":                               "H",
		"hunter2, 2hunter, client_secret_hunter":    "H, H, H",
		"myHunter: hunterKey, hunter_2":             "H: H, H",
		"hun-ter, hunt er, h unter, hun ter's":      "H, H, H, H's",
		"hunt for it, hunters, the hunt, erhunterx": "hunt for it, hunters, the hunt, erhunterx",
		"pin 4711, id_4711, 2024-4711":              "pin H, id_4711, H",
	} {
		got := strings.ReplaceAll(string(append(book, entries("pin", "4711")...).Judge().Message(NewForeign(text))), Hidden, "H")
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A secret number is hidden if it comes back in groups. Other numbers are shown.
func TestNumbersInGroups(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"48271946", "482719463", "4827194635012", "48271946350127719"} {
		judge := entries("pin", secret).Judge()
		for _, by := range []string{" ", "-", "_", ",", ".", "'", "\u2009", ":", "/"} {
			for size := 1; size <= 4; size++ {
				text := "not " + separated(secret, size, by) + " here"
				if got := string(judge.Message(NewForeign(text))); got != "not "+Hidden+" here" {
					t.Errorf("%q shows as %q", text, got)
				}
			}
		}
		eastern := strings.Map(func(r rune) rune { return r - '0' + '٠' }, secret)
		if got := string(judge.Message(NewForeign("not " + eastern + " here"))); got != "not "+Hidden+" here" {
			t.Errorf("%q shows as %q", eastern, got)
		}
		const text = "2026-11-28 17:05:30, 1,234,567.89 of 10.20.30.40, id 482-711-900, 555 0199"
		if got := string(judge.Message(NewForeign(text))); got != text {
			t.Errorf("got %q", got)
		}
	}
}

// The book decides whether a word is secret.
func TestNamesDecide(t *testing.T) { //nolint:funlen // a table
	t.Parallel()
	jwk := `{"kty":"RSA","kid":"fake-kid-1","alg":"RS256","n":"ZmFrZS1tb2R1bHVz","e":"AQAB","d":"fakeprivate1","p":"fakeprivate2","oth":[{"r":"fakeprivate3"}]}`
	for name, c := range map[string]struct {
		book             Book
		shown, hidden    string
		alsoHiddenAsWord []string
	}{
		"a form": {
			entries("grant_type", "password", "realm", "Local", "type", "server", "tenant", "acme-prod", "scope", "read:things", "password", "server-room"),
			"realm Local, server, acme-prod, read:things, password", "server-room", nil,
		},
		"a secret that is a word": {entries("client_secret", "administrator"), "realm", "administrator", nil},
		"equal values":            {entries("username", "operator", "password", "operator"), "user", "operator", nil},
		"a JWK":                   {entries("private_key_pem", jwk), "kid fake-kid-1, alg RS256, n ZmFrZS1tb2R1bHVz", "fakeprivate1 fakeprivate2 fakeprivate3", nil},
		"claims": {
			entries("claims", `{"iss":"fake-issuer-1","aud":["https://a.example.com"],"sub":"fake-subject","note":"fake-private-1","n":[{"x":4827194}]}`),
			"iss fake-issuer-1 aud https://a.example.com sub fake-subject", "fake-private-1 4827194", nil,
		},
		"a number":          {entries("json", `{"account":1234,"n":48271946,"pin":4827}`), "1234", "48271946 4827", nil},
		"an account":        {entries("private_key", `{"type":"service_account","client_email":"svc@p.example.com","private_key":"`+strings.ReplaceAll(fakePEM, "\n", `\n`)+`"}`), "svc@p.example.com", "ZmFrZUZBS0Vmb3JUZXN0c09ubHlOb3RBS2V5QXRBbGwx", nil},
		"what is public":    {Book{{Name: "client_id", Value: NewSecret("fake-app-1"), Public: true}, {Name: "client_secret", Value: NewSecret("fake-app-1-zebra")}}, "client fake-app-1", "fake-app-1-zebra app-1-zebra", nil},
		"what is all":       {Book{{Name: "access_token", Value: NewSecret(`{"message":"fake-locked-1"}`), Whole: true}}, "message", "fake-locked-1", nil},
		"names":             {entries("x-provision-key", "provision-4711-x"), "the provision key is missing", "provision-4711-x", nil},
		"an unknown scheme": {entries("Authorization", "Zoho-oauthtoken fake.1000.abcdef"), "unknown", "fake.1000.abcdef", nil},
		"a digest":          {entries("Authorization", `Digest username="me-and-you", response="fake0123456789"`), "me-and-you", "", nil},
		"a signature":       {entries("Authorization", `SharedAccessSignature sr=acme.example.com&sig=fake%2Bsignature%3D&se=1700000000`), "acme", "fake+signature=", nil},
		"lines":             {entries("body", "user: me-and-you\npassword: fake-lines-1\n"), "me-and-you", "fake-lines-1", nil},
		"a broken body":     {entries("body", `{"password":"fake-broken-1",`), "password", "fake-broken-1", nil},
		"broken XML":        {entries("body", `<login><password>fake-broken-2</password><x`), "login", "fake-broken-2", nil},
		"what a value is": {
			entries("json", `{"repositories":["fake-yak-1",{"name":"fake-yak-2"}],"audiences":["fake-yak-3"],"db":"fake-yak-4","session-timeout":12001200,"acr_values":"fake-yak-5","intent":"fake-yak-6",
				"resource":"fake-yak-7","projects":["fake-yak-8"],"db_password":"fake-zebra-1","resource_key":"fake-zebra-2","tables":[{"x":"fake-zebra-3"}],"classes":"fake-yak-9"}`),
			"fake-yak-1 fake-yak-2 fake-yak-3 fake-yak-4 fake-yak-5 fake-yak-6 fake-yak-7 fake-yak-8 12001200", "fake-zebra-1 fake-zebra-2 fake-zebra-3", nil,
		},
		"ids": {
			entries("json", `{"secret_id":"fake-zebra-1","secretId":"fake-zebra-2","passcode_id":"fake-zebra-3","credential_id":"fake-zebra-4","password_id":"fake-zebra-5",
				"token_id":"fake-zebra-6","ticket_id":"fake-zebra-7","refresh_id":"fake-zebra-8","auth_id":"fake-zebra-9","passphrase_id":"fake-zebra-10","secretid":"fake-zebra-11",
				"client_id":"fake-yak-1","role_id":"fake-yak-2","tenant_id":"fake-yak-3","user_id":"fake-yak-4","app_id":"fake-yak-5","private_key_id":"fake-yak-6","apiKeyId":"fake-yak-7","PHPSESSIONID":"fake-zebra-12"}`),
			"fake-yak-1 fake-yak-2 fake-yak-3 fake-yak-4 fake-yak-5 fake-yak-6 fake-yak-7",
			"fake-zebra-1 fake-zebra-2 fake-zebra-3 fake-zebra-4 fake-zebra-5 fake-zebra-6 fake-zebra-7 fake-zebra-8 fake-zebra-9 fake-zebra-10 fake-zebra-11 fake-zebra-12", nil,
		},
		"an empty password":      {entries("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("fake-key-zebra:"))), "password", "fake-key-zebra", nil},
		"a placeholder":          {entries("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("fake-key-zebra:api_token"))), "the api_token is wrong", "fake-key-zebra", nil},
		"X":                      {entries("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("fake-key-zebra:X"))), "X", "fake-key-zebra", nil},
		"a placeholder of a URL": {entries("proxy_url", "https://fake-key-zebra:x@example.com"), "example", "fake-key-zebra", nil},
		"a password":             {entries("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("fake-me-zebra:fake-quokka-1"))), "fake-me-zebra", "fake-quokka-1", nil},
		"JSON with a key":        {entries("body", `{"private_key":"`+strings.ReplaceAll(fakePEM, "\n", `\n`)+`","password":"fake-quokka-1","user":"fake-me-zebra"}`), "fake-me-zebra", "fake-quokka-1", nil},
		"settings with a key":    {entries("body", "password: fake-quokka-1\nuser: fake-me-zebra\n"+fakePEM), "fake-me-zebra", "fake-quokka-1", nil},
		"TOML":                   {entries("body", "[auth]\nuser = \"fake-me-zebra\"\npassword = \"fake-quokka-1\"\npin = 4711\n"), "fake-me-zebra auth", "fake-quokka-1 4711", nil},
		"TOML, lines":            {entries("body", "[auth]\npassword = \"\"\"\nfake-quokka-1 zebrafin\"\"\""), "auth", "fake-quokka-1 zebrafin", nil},
		"an INI file":            {entries("body", "[auth]\nuser=fake-me-zebra\npassword=fake-quokka-1\n"), "fake-me-zebra", "fake-quokka-1", nil},
		"a name in quotes":       {entries("body", "name=\"password\"\nfake-quokka-1"), "password", "fake-quokka-1", nil},
		"a condition":            {entries("body", "user='fake-me-zebra' and password='fake-quokka-1'"), "fake-me-zebra", "fake-quokka-1", nil},
		"a condition, no quotes": {entries("body", "user=me password=fake-quokka-1"), "password", "fake-quokka-1", nil},
		"LDIF":                   {entries("body", "dn: cn=me\nuserPassword:: "+base64.StdEncoding.EncodeToString([]byte("fake-quokka-1"))), "me", "fake-quokka-1 " + base64.StdEncoding.EncodeToString([]byte("fake-quokka-1")), nil},
		"Ruby":                   {entries("body", "{:user => 'fake-me-zebra', 'password' => 'fake-quokka-1'}"), "fake-me-zebra", "fake-quokka-1", nil},
		"netrc":                  {entries("body", "machine example.com login me password quokka"), "password", "quokka", nil},
		"words":                  {entries("body", "please begin with zebra and quokka"), "please begin with and", "zebra quokka", nil},
		"multipart":              {multipart("\r\n"), "fake-me-zebra", "fake-quokka-1 fake-quokka-2", nil},
		"multipart, line feeds":  {multipart("\n"), "fake-me-zebra", "fake-quokka-1 fake-quokka-2", nil},
		"nested":                 {entries("json", `{"password":{"value":"fake-nested-1"},"token":{"id":"fake-nested-2"}}`), "value", "fake-nested-1 fake-nested-2", nil},
		"deep":                   {entries("json", strings.Repeat(`{"a":[`, 40)+`"fake-deep-1"`+strings.Repeat(`]}`, 40)), "a", "fake-deep-1", nil},
	} {
		judge := c.book.Judge()
		if got := string(judge.Message(NewForeign(c.shown))); got != c.shown {
			t.Errorf("%s: %q shows as %q", name, c.shown, got)
		}
		for word := range strings.FieldsSeq(c.hidden) {
			if got := string(judge.Message(NewForeign("not " + word + "."))); strings.TrimRight(strings.Replace(got, "=", "", 1), ".") != "not "+Hidden {
				t.Errorf("%s: %q shows as %q", name, word, got)
			}
		}
	}
}

func multipart(line string) Book {
	return entries("body", strings.ReplaceAll(`------FormBoundary
Content-Disposition: form-data; name="user"

fake-me-zebra
------FormBoundary
Content-Disposition: form-data; name="password"; filename="secret.txt"
Content-Type: text/plain

fake-quokka-1
------FormBoundary
content-disposition: form-data; name=data

{"pin":"fake-quokka-2"}
------FormBoundary--
`, "\n", line))
}

// Several secrets are hidden that come back with little or nothing between them.
func TestSecretsSideBySide(t *testing.T) {
	t.Parallel()
	judge := entries("client_secret", "zebrafin-0815", "password", "hunter", "pin", "4711").Judge()
	for _, text := range []string{
		"zebrafin-0815hunter", "zebrafin-0815zebrafin-0815", "hunter/zebrafin-0815", "hunter:4711", "zebrafin-0815://hunter/4711", "4711,hunter",
		"token=zebrafin-0815.", "xzebrafin-0815y",
	} {
		if got := string(judge.Message(NewForeign(text))); strings.Contains(got, "zebra") || strings.Contains(got, "hunter") || strings.Contains(got, "4711") {
			t.Errorf("%q shows as %q", text, got)
		}
	}
}

// Large secrets take limited work, and all of them that is looked at is hidden.
func TestLargeSecrets(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("fake0zebra1fin2", 1<<19/15)
	for name, text := range map[string]string{
		"one word": large, "JSON": `{"tokens":["` + strings.Repeat(`fake-token-1","`, 1<<15) + `x"]}`,
		"brackets": strings.Repeat("[", 1<<18), "XML": strings.Repeat("<a>", 1<<16), "a list": strings.Repeat("a=b,", 1<<16), "quotes": strings.Repeat(`a="b" `, 1<<15),
		"escapes": strings.Repeat(`%25`, 1<<16), "a form": strings.Repeat("password=fake-1&", 1<<14), "PEM": strings.Repeat("-----BEGIN X-----", 1<<14),
	} {
		judge := entries("body", text).Judge()
		if len(judge.known.windows) > mostWindows || len(judge.known.phrases) > 8*mostPieces {
			t.Errorf("%s: %d windows, %d phrases", name, len(judge.known.windows), len(judge.known.phrases))
		}
		got := string(judge.Message(NewForeign("not " + text)))
		if utf8.RuneCountInString(got) > longestMessage {
			t.Errorf("%s: %d characters", name, utf8.RuneCountInString(got))
		}
	}
	if got := string(entries("body", large).Judge().Message(NewForeign("not " + large[1000:1100] + "."))); got != "not "+Hidden+"." {
		t.Errorf("got %q", got)
	}
}

// isOneLine reports whether a message may be shown in a terminal.
func isOneLine(message string, longest int) bool {
	return utf8.ValidString(message) && utf8.RuneCountInString(message) <= longest && !strings.ContainsFunc(message, func(r rune) bool {
		return !unicode.IsPrint(r)
	})
}
