package provider_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// vault gives a secret at /secret, and a token elsewhere for what it calls the secret in
// the request. It notes what it is sent.
type vault struct {
	secret string
	got    string
	ended  int // how often the secret was given back
}

func (v *vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/secret":
		_, _ = fmt.Fprintf(w, `{"secret":%q}`, v.secret)
	case "/end":
		v.ended++
	default:
		_, password, _ := r.BasicAuth()
		v.got = r.URL.Query().Get("p") + password + string(body)
		_, _ = io.WriteString(w, `{"token":"fake-token"}`)
	}
}

// A secret of another set has the characters and the spaces that it has, where the request
// can carry them.
func TestSecretOfAnotherSet(t *testing.T) {
	noEnvironment(t)
	places := map[string]object{
		"JSON":  {"json": `{"p":"{pw}"}`},
		"body":  {"body": "{pw}"},
		"query": {"query": object{"p": "{pw}"}},
		"Basic": {"basic_auth": object{"username": "u", "password": "{pw}"}},
	}
	for name, secret := range map[string]string{"letters": "grüße kiwi", "spaces": " kiwi lead ", "lines": "kiwi\nlead"} {
		for place, request := range places {
			if name == "lines" && place == "Basic" {
				continue // HTTP Basic cannot carry them
			}
			t.Run(name+" in "+place, func(t *testing.T) {
				v := &vault{secret: secret}
				url := newWeb(t, v).URL
				p := configured(t, object{"custom": object{
					"store": object{"request": object{"url": url + "/secret"}, "response": object{"token": "secret"}},
					"api": object{
						"request":  object{"url": url, "sources": object{"pw": object{"credentials": "custom.store"}}}.and(request),
						"response": object{"token": "token"},
					},
				}})
				p.token(dataSource, "custom", object{"credentials": "api"})
				want := secret
				if place == "JSON" {
					want = fmt.Sprintf(`{"p":%q}`, secret)
				}
				if v.got != want {
					t.Errorf("it sent %q, want %q", v.got, want)
				}
			})
		}
	}
}

// What the API cannot be shown is an error, and the session is logged out if that was
// asked for.
func TestHeadersThatCannotBeMade(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		secret  string
		use     object
		summary string
		says    []string
	}{
		"the token": {"grüße-kiwi", nil, "No token in the response", []string{"the token holds a line break or another character that no HTTP header can carry"}},
		"the token, of two": {
			"grüße-kiwi", object{"headers": object{"X-Token": "{k}", "X-Secret": "{token}"}}, "No token in the response", nil,
		},
		"a source": {
			"kiwi-lead",
			object{"headers": object{"X-Token": "{token}", "X-Key": "{k}"}},
			"Header for the API cannot be made",
			[]string{"the header X-Key cannot be made: the value of the source k holds", "Correct the source k, or take {k} out of headers."},
		},
		"a colon": {
			"kiwi:lead",
			object{"basic_auth": object{"username": "{token}", "password": "x"}},
			"Header for the API cannot be made",
			[]string{"basic_auth for the API cannot be made: the user name has a colon", "Correct basic_auth, or the token, output or source"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := &vault{secret: c.secret}
			url := newWeb(t, v).URL
			p := configured(t, object{"custom": object{"shop": object{
				"request": object{
					"url": url + "/secret", "json": `{"k":"{k}"}`, "sources": object{"k": object{"value": "schlüssel"}},
				},
				"response": object{"token": "secret"},
				"revoke":   object{"url": url + "/end", "json": `{"secret":"{token}"}`},
			}.and(c.use)}})
			for _, asked := range []object{nil, {"revoke_on_close": true}} {
				_, diags := p.ask(t.Context(), ephemeralResource, "custom", asked)
				got := onlyError(t, diags)
				if got.Summary != c.summary {
					t.Errorf("the summary is %q", got.Summary)
				}
				checkSays(t, got.Detail, c.says)
				checkNot(t, say(diags), clitest.Needle{Name: "the secret", Value: c.secret}, clitest.Needle{Name: "the key", Value: "schlüssel"})
			}
			if v.ended != 1 {
				t.Errorf("the session was logged out %d times, want 1", v.ended)
			}
		})
	}
}

// HTTP Basic carries letters beyond ASCII in UTF-8.
func TestBasicBeyondASCII(t *testing.T) {
	noEnvironment(t)
	url := newWeb(t, &vault{secret: "grüße"}).URL
	p := configured(t, object{"custom": object{"shop": object{
		"request":    object{"url": url + "/secret"},
		"response":   object{"token": "secret", "outputs": object{"name": "secret"}},
		"basic_auth": object{"username": "{name}", "password": "{token}"},
	}}})
	got, diags := p.ask(t.Context(), dataSource, "custom", nil)
	if len(diags) > 0 {
		t.Fatal(say(diags))
	}
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("grüße:grüße")); text(t, got["header_value"]) != want {
		t.Errorf("it is %s, want %s", text(t, got["header_value"]), want)
	}
}

// A value that the request cannot carry is an error that names the attribute and the
// source, and nothing is sent.
func TestRequestThatCannotBeMade(t *testing.T) {
	noEnvironment(t)
	t.Setenv("FAKE_LINES", "{\"a\":\n\"fake-zebra-77\"}")
	t.Setenv("FAKE_COLON", "fake-zebra:77")
	lines, colon := object{"env": "FAKE_LINES"}, object{"env": "FAKE_COLON"}
	for name, c := range map[string]struct {
		request object
		says    []string
	}{
		"a header": {
			object{"headers": object{"X-P": "{pw}"}, "sources": object{"pw": lines}},
			[]string{"the header X-P cannot be sent: {pw} in it stands for a text with a line break", "Correct request.sources.pw. If its text is JSON, path names"},
		},
		"a user name": {
			object{"basic_auth": object{"username": "{pw}", "password": ""}, "sources": object{"pw": colon}},
			[]string{"request.basic_auth.username cannot be used: the user name has a colon", "Correct what {pw} in it stands for, or send both in form"},
		},
		"a password": {
			object{"basic_auth": object{"username": "u", "password": "{pw}"}, "sources": object{"pw": lines}},
			[]string{"request.basic_auth.password cannot be used: the password has a line break", "Correct what {pw} in it stands for"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t)
			set := object{"request": object{"url": h.url}.and(c.request), "response": object{"token": "token"}}
			_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), dataSource, "custom", nil)
			got := onlyError(t, diags)
			if got.Summary != "Request cannot be made" {
				t.Errorf("the summary is %q", got.Summary)
			}
			checkSays(t, got.Detail, c.says)
			checkNot(t, say(diags), clitest.Needle{Name: "the value", Value: "fake-zebra"})
			h.want(t)
		})
	}
}
