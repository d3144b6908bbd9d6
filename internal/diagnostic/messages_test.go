package diagnostic

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// bookOf returns a book of one secret, which may hold others.
func bookOf(secret string) said.Book {
	return said.Book{{Name: "body", Value: said.NewSecret(secret)}}
}

// A description may look for the token where it is not. Then the token must not
// come back as the message of the error.
func TestTokenIsNoMessage(t *testing.T) {
	t.Parallel()
	const secret = "the-token-that-nobody-may-see"
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		_, err := readAnswer(testExchange(tokenURL), status, token.ContentTypeJSON, `"`+secret+`"`)
		if e := wantError(t, err, token.KindAnswer); strings.Contains(e.Error(), secret) {
			t.Errorf("%d: the error tells the token: %v", status, e)
		}
	}
	_, err := readAnswer(testExchange(tokenURL), http.StatusUnauthorized, token.ContentTypeJSON, `"Invalid client_id."`)
	if e := wantError(t, err, token.KindRefused); e.VendorMessage != "Invalid client_id." {
		t.Errorf("of a refusal the message is %q", e.VendorMessage)
	}
	_, err = readAnswer(testExchange(tokenURL), http.StatusOK, token.ContentTypeJSON, `{"message":"Locked."}`)
	if e := wantError(t, err, token.KindAnswer); e.VendorMessage != "Locked." {
		t.Errorf("of a success without a token the message is %q", e.VendorMessage)
	}
}

// A body that is the token where there is one is none where the endpoint refuses.
func TestRefusalIsNoToken(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Response = token.Response{Token: answer.MustPath("body:"), Success: answer.MustPath("ok")}
	const body = `{"message":"account locked"}`
	_, err := readAnswer(x, http.StatusUnauthorized, token.ContentTypeJSON, body)
	if e := wantError(t, err, token.KindRefused); e.VendorMessage != "account locked" {
		t.Errorf("of a refusal the message is %q", e.VendorMessage)
	}
	_, err = readAnswer(x, http.StatusOK, token.ContentTypeJSON, body)
	if e := wantError(t, err, token.KindRefused); e.VendorMessage != "account locked" {
		t.Errorf("of a success the message is %q", e.VendorMessage)
	}
	x.Response.Success = answer.MustPath("")
	for body, says := range map[string]said.Shown{
		body: "account locked", `{"error":"made_up","error_description":"no such user"}`: "made_up: no such user",
		`{"access_token":"fake-token-1234","message":"fake-token-1234 is here"}`: said.Hidden + " is here",
	} {
		_, err = readAnswer(x, http.StatusOK, token.ContentTypeJSON, body)
		e, ok := errors.AsType[*told](err)
		if !ok || e.VendorMessage != says {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// A server may break the secret up where it is no secret any more to a search,
// and is one again on the one line that is shown.
func TestSecretBrokenUpByWhiteSpace(t *testing.T) {
	t.Parallel()
	got := redact("it was pass\n\tword-1 and\x00pass\x01word-1", said.Book{{Name: "password", Value: said.NewSecret("pass word-1")}})
	if got != "it was "+said.Hidden+" and "+said.Hidden {
		t.Errorf("got %q", got)
	}
	// And one line may join what the secret has apart.
	if got := redact("it was pass\n\tword-1", said.Book{{Name: "password", Value: said.NewSecret("pass\n\tword-1")}}); got != "it was "+said.Hidden {
		t.Errorf("got %q", got)
	}
}

// What an answer holds beside the token is secret, too, once it is revoked.
func TestRevocationTellsNoOutput(t *testing.T) {
	t.Parallel()
	const output, field, key = "the-session-that-nobody-may-see", "a-refresh-token", "an-API-key"
	url, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/end/") {
			tokentest.AnswerWith(http.StatusForbidden, token.ContentTypeJSON, `{"message":"no session `+output+` of `+field+` and `+key+` in eu"}`)(w, r)
			return
		}
		tokentest.AnswerWith(http.StatusOK, token.ContentTypeJSON, `{"access_token":"tok-1","session":"`+output+`","refresh_token":"`+field+`","region":"eu"}`)(w, r)
	})
	x := testExchange(url)
	x.Describe = true
	x.Response.Outputs, x.Response.Fields = map[string]answer.Path{"session": answer.MustPath("session"), "region": answer.MustPath("region")}, map[string]answer.Path{"refresh_token": answer.MustPath("refresh_token")}
	x.Headers["X-Key"] = said.NewSecret(key)
	x.Revoke = &token.Request{Template: true, URL: url + "/end/{session}", Headers: map[string]said.Secret{}}
	cache := newCache(newTestClient(t, quickTransport()))
	_, lease, err := cache.Lease(t.Context(), x, 0)
	if err != nil {
		t.Fatal(err)
	}
	e := wantError(t, cache.Release(t.Context(), lease), token.KindRefused)
	if strings.Contains(e.Error(), output) || e.VendorMessage != "no session "+said.Hidden+" of "+said.Hidden+" and "+said.Hidden+" in eu" || !strings.Contains(e.Details, "/end/{session}") {
		t.Errorf("the error is: %v", e)
	}
}

// A server that has taken a body or a header apart may repeat a part of it.
func TestPartOfASecretIsASecret(t *testing.T) {
	t.Parallel()
	tokentest.Each(t, map[string]string{
		"JSON":            `{"password":{"name":"me"},"passwords":["s3cr3t+1","x"]}`,
		"a form":          "user=me&password=s3cr3t%2B1",
		"a broken form":   "x=%zz&password=s3cr3t%2B1",
		"XML":             `<login password="me"><password>s3cr3t+1</password></login>`,
		"an attribute":    `<login password="s3cr3t+1"/>`,
		"a header":        "Bearer s3cr3t+1",
		"HTTP Basic":      "Basic bWU6czNjcjN0KzE=",
		"an escaped form": "password=s3cr3t%2B1",
	}, func(t *testing.T, sent string) {
		got := redact("s3cr3t+1 is no password, x, s3cr3t%2B1, s3cr3t%252B1, or czNjcjN0KzE=", bookOf(sent))
		if want := strings.ReplaceAll("H is no password, x, H, H, or H", "H", said.Hidden); strings.TrimSuffix(got, "=") != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// Not every server escapes as Go does.
func TestSecretEscapedByOthers(t *testing.T) {
	t.Parallel()
	const secret = `s3cr3t "<é>/&'+=` //nolint:gosec // made up
	tokentest.Each(t, map[string]string{
		"HTML":               "s3cr3t &quot;&lt;é&gt;/&amp;&#39;+=",
		"HTML, by numbers":   "s3cr3t &#34;&#x3c;&#233;&#x3E;/&#38;&#x27;&#43;=",
		"a URL":              "s3cr3t%20%22%3c%c3%a9%3e%2f%26%27%2b%3d",
		"a form":             "s3cr3t+%22%3c%c3%a9%3e%2f%26%27%2b%3d",
		"JSON of JavaScript": `s3cr3t \"<é>/&'+=`,
		"JSON of Python":     `s3cr3t \"<\u00e9>/&'+=`,
		"JSON of PHP":        `s3cr3t \"<\u00E9>\/&'+=`,
		"base64 in a URL":    "czNjcjN0ICI8w6k%2bLyYnKz0%3d",
	}, func(t *testing.T, escaped string) {
		got := redact("not "+escaped+", 100%, &c.", bookOf(secret))
		if want := "not " + said.Hidden; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ", 100%, &c.") {
			t.Errorf("got %q", got)
		}
	})
	const other = `\u003cb\u003e &lt; %2f`
	if got := redact(other, bookOf(secret)); got != other {
		t.Errorf("%q became %q", other, got)
	}
	if got := redact("%ff s3cr3t&#47;1", bookOf("s3cr3t/1")); got != "%ff "+said.Hidden {
		t.Errorf("got %q", got)
	}
}

// What is too short to be a secret would tear holes into messages.
func TestShortPartsAreNoSecrets(t *testing.T) {
	t.Parallel()
	for sent, message := range map[string]string{
		`{"pin":"1234","version":"123"}`: "123 of 1234",
		"id 123 12345678":                "123 of 12345678",
	} {
		shown, hides, _ := strings.Cut(message, " of ")
		if got := redact(message, bookOf(sent)); got != shown+" of "+said.Hidden {
			t.Errorf("of %s it says %q, and %s is not hidden alone", sent, got, hides)
		}
	}
}

// The number of an error is shown, unless it is a PIN or a code that was sent.
func TestNumberOfAnError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"errcode":40013,"errmsg":"invalid appid"}`: "40013: invalid appid", `{"error":493817,"message":40013}`: said.Hidden + ": 40013",
		`{"code":1001,"message":493817}`: "1001: " + said.Hidden, `{"error_code":4711}`: said.Hidden,
	} {
		x := testExchange(tokenURL)
		x.Secrets = said.Book{}.Add("otp", said.NewSecret("493817")).Add("pin", said.NewSecret("4711"))
		_, err := readAnswer(x, http.StatusBadRequest, token.ContentTypeJSON, body)
		if e := wantError(t, err, token.KindRefused); string(e.VendorMessage) != want {
			t.Errorf("%s: the message is %q, want %q", body, e.VendorMessage, want)
		}
	}
}

// What a JWT of the request claims may be private.
func TestClaimsAreSecret(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Request.Named = []token.Named{{Name: "jwt", Source: source.Signed{Claims: said.NewSecret(`{"note":"hush-in-claims"}`)}}}
	_, err := readAnswer(x, http.StatusForbidden, token.ContentTypeJSON, `{"message":"hush-in-claims is nobody"}`)
	if e := wantError(t, err, token.KindRefused); string(e.VendorMessage) != said.Hidden+" is nobody" {
		t.Errorf("the message is %q", e.VendorMessage)
	}
}

// A proxy may repeat its password as an endpoint does its secret.
func TestProxyTellsNoPassword(t *testing.T) {
	type row struct{ where, userinfo, wantCut string }
	tokentest.Each(t, map[string]row{
		"transport":            {"transport", "user:hush%2Bhush@", "dXNoK2h1c2"},
		"environment":          {"environment", "user:hush%2Bhush@", "dXNoK2h1c2"},
		"a name that is a key": {"transport", "hush%2Bhush@", "aHVzaCtodXNo"},
	}, func(t *testing.T, tc row) {
		proxy, asked := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			tokentest.AnswerWith(http.StatusForbidden, token.ContentTypeJSON, `{"message":"no way for hush+hush, `+r.Header.Get("Proxy-Authorization")+`"}`)(w, r)
		})
		address := strings.Replace(proxy, "http://", "http://"+tc.userinfo, 1)
		transport, runtime := quickTransport(), testRuntime()
		if tc.where == "transport" {
			transport.ProxyURL = said.NewSecret(address)
		} else {
			usual := map[string]string{"HTTP_PROXY": strings.TrimPrefix(address, "http://")} // as many write it
			runtime.Getenv = func(name string) string { return usual[name] }
		}
		client := clientWith(t, transport, runtime)
		x := testExchange("http://auth.example.com/token")
		x.Request.AllowHTTP = true
		_, err := do(t, client, x)
		e := wantError(t, err, token.KindRefused)
		if want := "no way for " + said.Hidden + ", Basic "; !strings.HasPrefix(string(e.VendorMessage), want) || strings.Contains(string(e.VendorMessage), tc.wantCut) {
			t.Errorf("the message is %q", e.VendorMessage)
		}
		tokentest.WantCount(t, asked(), 1)
	})
}

// A redirect is text of the server, which has had what was got for the request.
func TestRedirectTellsNoSecret(t *testing.T) {
	t.Parallel()
	const got = "s3cr3t-got-from-a-source"
	url, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://"+r.PostFormValue("assertion")+".evil.example.com/")
		w.WriteHeader(http.StatusFound)
	})
	client := clientIn(t, map[string]string{"ASSERTION": got})
	x := testExchange(url)
	x.Request.Sources = map[string]source.Source{"assertion": source.Env{Name: "ASSERTION"}}
	_, err := do(t, client, x)
	if e := wantError(t, err, token.KindRedirect); strings.Contains(e.Error(), got) || !strings.Contains(e.Problem, "https://"+said.Hidden+".evil.example.com") {
		t.Errorf("the error is: %v", e)
	}
}

// So is the name that an issuer gives itself.
func TestIssuerTellsNoSecret(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Issuer, x.Secrets = "https://as.example.com", bookOf("s3cr3t")
	x.Request.URL = ""
	body := tokentest.JSONPage(`{"issuer":"https://evil.example.com/s3cr3t/hush-of-proxy","token_endpoint":"x"}`)
	settings := quickTransport()
	settings.ProxyURL = said.NewSecret("http://me:hush-of-proxy@proxy.example.com:3128")
	client := newTestClient(t, settings)
	client.Transport().Client(nil).Transport = tokentest.Answering(body, nil)
	_, err := newCache(client).Token(t.Context(), x, 0)
	e := wantError(t, err, token.KindDiscovery)
	if strings.Contains(e.Error(), "s3cr3t") || strings.Contains(e.Error(), "hush") || !strings.Contains(e.Problem, said.Hidden) {
		t.Errorf("the error is: %v", e)
	}
}
