package provider_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// hub issues sessions at /login, and tokens elsewhere to those who show one. It notes
// what it is asked.
type hub struct {
	url string

	mu       sync.Mutex
	log      []string
	sessions int
	refuse   string // the path that answers 401
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{}
	h.url = newWeb(t, h).URL
	return h
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.log = append(h.log, strings.Join(strings.Fields(r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Session")+" "+string(body)), " "))
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == h.refuse:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"this session is not known"}`)
	case r.URL.Path == "/login":
		h.sessions++
		_, _ = fmt.Fprintf(w, `{"session":"fake-ses/%d","zone":"eu west","expires_in":3600}`, h.sessions)
	case strings.HasPrefix(r.URL.Path, "/end"):
	default:
		_, _ = io.WriteString(w, `{"token":"fake-token","expires_in":3600}`)
	}
}

func (h *hub) want(t *testing.T, log ...string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if diff := cmp.Diff(log, h.log); diff != "" {
		t.Error(diff)
	}
}

// login is the set of a session.
func (h *hub) login(more object) object {
	return object{
		"request":  object{"url": h.url + "/login"},
		"response": object{"token": "session", "expires_in": "expires_in", "outputs": object{"zone": "zone"}},
	}.and(more)
}

// api is a set that needs the session.
func (h *hub) api(request, more object) object {
	return object{
		"request": object{
			"url": h.url + "/token", "headers": object{"X-Session": "{login}"}, "sources": object{"login": object{"credentials": "custom.login"}},
		}.and(request),
		"response": object{"token": "token", "expires_in": "expires_in"},
	}.and(more)
}

// The token of another set goes wherever a value may go, each written as it must be there.
func TestTokenOfAnotherSet(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		request object
		want    string
	}{
		"a header":  {nil, "POST /token fake-ses/1"},
		"the path":  {object{"url": "{login}/{login.zone}"}, "POST /token/fake-ses%2F1/eu%20west fake-ses/1"},
		"the query": {object{"query": object{"s": "{login}", "z": "{login.zone}"}}, "POST /token?s=fake-ses%2F1&z=eu+west fake-ses/1"},
		"a form":    {object{"form": object{"s": "{login}"}}, "POST /token fake-ses/1 s=fake-ses%2F1"},
		"JSON":      {object{"json": `{"s":"{login}","z":"{login.zone}"}`}, `POST /token fake-ses/1 {"s":"fake-ses/1","z":"eu west"}`},
		"a body":    {object{"body": "<s>{login}</s>"}, "POST /token fake-ses/1 <s>fake-ses/1</s>"},
	} {
		for _, k := range kinds() {
			t.Run(name+"/"+string(k), func(t *testing.T) {
				h := newHub(t)
				request := object{}.and(c.request)
				if path, ok := request["url"].(string); ok {
					request = object{"url": h.url + "/token/" + path}
				}
				p := configured(t, object{"custom": object{"login": h.login(nil), "api": h.api(request, nil)}})
				if got := p.token(k, "custom", object{"credentials": "api"}); got != "fake-token" {
					t.Errorf("the token is %q", got)
				}
				h.want(t, "POST /login", c.want)
			})
		}
	}
}

// Every output of the other set's token that is a text has a name, the user's with dots too.
func TestOutputsOfAnotherSet(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	login := h.login(object{
		"response": object{"token": "session", "expires_in": "expires_in", "outputs": object{"zone": "zone", "a.zone": "zone", "dotted.a.zone": "zone"}},
		"headers":  object{"X-Auth": "Session {token}"},
	})
	names := []string{"access_token", "token_type", "expires_in", "header_name", "header_value", "zone", "a.zone", "dotted.a.zone", "issued_at", "expires_at"}
	form := object{}
	for _, name := range names {
		form[name] = "{login." + name + "}"
	}
	p := configured(t, object{"custom": object{"login": login, "api": h.api(object{"form": form}, nil)}})
	_ = p.token(dataSource, "custom", object{"credentials": "api"})
	sent, err := url.ParseQuery(h.log[1][strings.LastIndex(h.log[1], " ")+1:])
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"access_token": {"fake-ses/1"}, "token_type": {"Bearer"}, "expires_in": {"3600"}, "header_name": {"X-Auth"}, "header_value": {"Session fake-ses/1"},
		"zone": {"eu west"}, "a.zone": {"eu west"}, "dotted.a.zone": {"eu west"},
	}
	from, issued := time.Parse(time.RFC3339, sent.Get("issued_at"))
	until, expires := time.Parse(time.RFC3339, sent.Get("expires_at"))
	if issued != nil || expires != nil || until.Sub(from) != time.Hour {
		t.Errorf("it was issued at %s, and expires at %s", from, until)
	}
	sent.Del("issued_at")
	sent.Del("expires_at")
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

// An output that the other set's token lacks is an error that names both sets.
func TestOutputThatIsNotKnown(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	login := h.login(object{"response": object{"token": "session"}})
	_, diags := configured(t, object{"custom": object{"login": login, "api": h.api(object{"query": object{"until": "{login.expires_at}"}}, nil)}}).
		ask(t.Context(), dataSource, "custom", object{"credentials": "api"})
	checkSays(t, onlyError(t, diags).Detail, []string{
		`Service custom, credential set "api"`, `it has {login.expires_at}, but the token of its source login (service custom, credential set "login") has no output expires_at`,
		`Correct credential set "login", or remove {login.expires_at}.`,
	})
}

// The API may want to see the token of the other set and its outputs, too.
func TestHeadersOfAnotherSet(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	use := object{"headers": object{"X-Session": "{login}", "X-Zone": "{login.zone}"}, "basic_auth": object{"username": "{token}", "password": "{login}"}}
	p := configured(t, object{"custom": object{"login": h.login(nil), "api": h.api(nil, use)}})
	got, diags := p.ask(t.Context(), dataSource, "custom", object{"credentials": "api"})
	if len(diags) > 0 {
		t.Fatal(say(diags))
	}
	want := map[string]string{"Authorization": "Basic ZmFrZS10b2tlbjpmYWtlLXNlcy8x", "X-Session": "fake-ses/1", "X-Zone": "eu west"}
	if diff := cmp.Diff(want, texts(t, got["headers"])); diff != "" {
		t.Error(diff)
	}
	if name, value := text(t, got["header_name"]), text(t, got["header_value"]); name != "Authorization" || value != want[name] {
		t.Errorf("header_name is %s, header_value %s", name, value)
	}
}

// An error about the other set names both, once, and no session.
func TestOtherSetFails(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	h.refuse = "/login"
	p := configured(t, object{"custom": object{"login": h.login(nil), "api": h.api(nil, nil)}})
	_, diags := p.ask(t.Context(), ephemeralResource, "custom", object{"credentials": "api"})
	got := onlyError(t, diags)
	if got.Summary != "Token request refused" {
		t.Errorf("the summary is %q", got.Summary)
	}
	checkSays(t, got.Detail, []string{
		`Service custom, credential set "login", token endpoint`, "HTTP 401", "this session is not known",
		`Service custom, credential set "api", needs this token for its source login.`,
	})
}

// A source of the other set without a value is an error about that set, too.
func TestOtherSetHasNoValue(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	login := h.login(object{"request": object{"url": h.url + "/login", "headers": object{"X-Key": "{key}"}, "sources": object{"key": object{"env": "FAKE_UNSET_KEY"}}}})
	_, diags := configured(t, object{"custom": object{"login": login, "api": h.api(nil, nil)}}).ask(t.Context(), dataSource, "custom", object{"credentials": "api"})
	checkSays(t, onlyError(t, diags).Detail, []string{
		`Service custom, credential set "login", token endpoint`, "request.sources.key.env has no value: the environment variable FAKE_UNSET_KEY is not set",
		`Service custom, credential set "api", needs this token for its source login.`,
	})
	h.want(t)
}

// A refusal that repeats the session does not show it.
func TestSessionIsNotShown(t *testing.T) {
	noEnvironment(t)
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/login" {
			_, _ = io.WriteString(w, `{"session":"fake-session-of-login"}`)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, `{"message":"the session %s has ended"}`, r.Header.Get("X-Session")) //nolint:gosec // no browser reads it
	}))
	h := &hub{url: web.URL}
	p := configured(t, object{"custom": object{"login": h.login(object{"response": object{"token": "session"}}), "api": h.api(nil, nil)}})
	_, diags := p.ask(t.Context(), dataSource, "custom", object{"credentials": "api"})
	got := onlyError(t, diags)
	checkSays(t, got.Detail, []string{"The vendor said: the session (sensitive) has ended"})
	checkNot(t, say(diags), clitest.Needle{Name: "the session", Value: "fake-session-of-login"})
}

// badSource is a set or a source that cannot be used, and the error about it.
type badSource struct {
	sets        object
	at, summary string
	says        []string
}

// sourceAt is the path of a source of the set api.
func sourceAt(name string) string {
	return `AttributeName("custom").ElementKeyString("api").AttributeName("request").AttributeName("sources").ElementKeyString("` + name + `")`
}

func sourceNamed(name string, from object) object { return object{"sources": object{name: from}} }

func badOthers(h *hub) map[string]badSource {
	const credentials = `.AttributeName("credentials")`
	value := object{"value": "fake-value"}
	return map[string]badSource{
		"a set that is not there": {
			object{"api": h.api(nil, nil)},
			sourceAt("login") + credentials, "No such credential set",
			[]string{`there is no credential set "login" for custom in this provider block. It has: "api".`},
		},
		"a service that is not there": {
			object{"api": h.api(sourceNamed("login", object{"credentials": "costum.login"}), nil)},
			sourceAt("login") + credentials, "No such credential set",
			[]string{`"costum" is not a service of this provider. Its services: custom, emporix,`},
		},
		"a set without a service": {
			object{"login": h.login(nil), "api": h.api(sourceNamed("login", object{"credentials": "login"}), nil)},
			sourceAt("login") + credentials, "Credential set cannot be used",
			[]string{`it is not SERVICE.SET, such as "custom.login"`},
		},
		"a set that needs itself": {
			object{"api": h.api(sourceNamed("login", object{"credentials": "custom.api"}), nil)},
			sourceAt("login") + credentials, "Credential sets need each other",
			[]string{`needs the token of the next: "custom.api", "custom.api".`},
		},
		"an output that the other set lacks": {
			object{"login": h.login(nil), "api": h.api(object{"headers": object{"X": "{login.tenant}"}}, nil)},
			sourceAt("login") + credentials, "No such output",
			[]string{`the token of "custom.login" has no output "tenant". It has: "access_token", "expires_at", "expires_in", "header_name", "header_value", "issued_at", "token_type", "zone".`},
		},
		"an output of what is no token": {
			object{"api": h.api(object{"headers": object{"X": "{key.id}"}}.and(sourceNamed("key", value)), nil)},
			`AttributeName("custom").ElementKeyString("api").AttributeName("request")`, "No such output",
			[]string{"only credentials has outputs"},
		},
		"a source that is not used": {
			object{"api": h.api(object{"headers": object{}}.and(sourceNamed("key", value)), nil)}, sourceAt("key"), "Source is not used", []string{"nothing has {key}"},
		},
	}
}

func badNames(h *hub) map[string]badSource {
	value := object{"value": "fake-value"}
	return map[string]badSource{
		"a source with the name of a built-in value": {
			object{"api": h.api(object{"headers": object{"X": "{time}"}}.and(sourceNamed("time", value)), nil)}, sourceAt("time"), "Name is taken", []string{"{time} stands for the time"},
		},
		"a source with the name of the token": {
			object{"api": h.api(object{"headers": object{"X": "{token}"}}.and(sourceNamed("token", value)), nil)}, sourceAt("token"), "Name is taken", []string{"{token} stands for the access token"},
		},
		"a source with the name of an output": {
			object{"api": h.api(object{"headers": object{"X": "{key}"}}.and(sourceNamed("key", value)), object{"response": object{"token": "t", "outputs": object{"key": "k"}}})},
			sourceAt("key"), "Name is taken",
			[]string{"response.outputs has the name key, too"},
		},
		"a source with a name that is none": {
			object{"api": h.api(object{"headers": object{"X": "{a b}"}}.and(sourceNamed("a b", value)), nil)},
			`AttributeName("custom").ElementKeyString("api").AttributeName("request").AttributeName("sources")`, "Source name cannot be used",
			[]string{"use letters, digits, _ and -"},
		},
		"a source of two values": {
			object{"api": h.api(sourceNamed("login", value.and(object{"env": "FAKE"})), nil)}, sourceAt("login"), "Exactly one source is needed", []string{"Given: value, env"},
		},
		"a fresh value": {
			object{"api": h.api(sourceNamed("login", value.and(object{"fresh": true})), nil)}, sourceAt("login") + `.AttributeName("fresh")`, "Not used by the source", []string{"only used with credentials"},
		},
		"{token} in headers and in basic_auth": {
			object{"login": h.login(nil), "api": h.api(nil, object{"headers": object{"A": "{token}"}, "basic_auth": object{"username": "{token}", "password": ""}})},
			`AttributeName("custom").ElementKeyString("api").AttributeName("headers")`, "{token} must be in exactly one place",
			[]string{"2 do"},
		},
		"no {token} in basic_auth": {
			object{"login": h.login(nil), "api": h.api(nil, object{"basic_auth": object{"username": "a", "password": "b"}})},
			`AttributeName("custom").ElementKeyString("api").AttributeName("basic_auth")`, "{token} must be in exactly one place",
			[]string{"none does"},
		},
	}
}

// Sets and sources that cannot be used are reported at validation, once, where they are.
func TestBadSources(t *testing.T) {
	noEnvironment(t)
	h := &hub{url: "https://auth.example.com"}
	all := badOthers(h)
	maps.Copy(all, badNames(h))
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			diags := newPlugin(t).configure(object{"custom": c.sets})
			got := onlyError(t, diags)
			if got.Attribute.String() != c.at || got.Summary != c.summary {
				t.Errorf("%q at %s, want %q at %s", got.Summary, got.Attribute, c.summary, c.at)
			}
			checkSays(t, got.Detail, c.says)
			checkNot(t, say(diags), clitest.Needle{Name: "a value", Value: "fake-value"})
		})
	}
}

// A circle of several sets is one error, also through services.
func TestCircleOfSets(t *testing.T) {
	noEnvironment(t)
	h := &hub{url: "https://auth.example.com"}
	of := func(name string) object { return object{"sources": object{"login": object{"credentials": name}}} }
	block := object{
		"custom": object{"a": h.api(of("oauth2.b"), nil), "c": h.api(of("custom.a"), nil), "d": h.api(of("custom.a"), nil)},
		"oauth2": object{"b": publicSet().and(object{"grant": jwtBearer, "assertion": object{"credentials": "custom.c"}})},
	}
	got := onlyError(t, newPlugin(t).configure(block))
	checkSays(t, got.Detail, []string{`"custom.a", "oauth2.b", "custom.c", "custom.a"`})
}

// A set may need the token of a set from the environment, and of one that is not known yet.
func TestSourceThatMayBeThere(t *testing.T) {
	noEnvironment(t)
	h := &hub{url: "https://auth.example.com"}
	of := func(name any) object { return object{"sources": object{"login": object{"credentials": name}}} }
	for name, block := range map[string]object{
		"from the environment": {"custom": object{"a": h.api(of("epgl.default"), nil)}},
		"an unknown name":      {"custom": object{"a": h.api(of(unknown{}), nil)}},
		"unknown sets":         {"custom": object{"a": h.api(of("emtech.b"), nil)}, "emtech": unknown{}},
		"an unknown set":       {"custom": object{"a": h.api(of("custom.b"), nil), "b": unknown{}}},
	} {
		if diags := newPlugin(t).configure(block); len(diags) > 0 {
			t.Errorf("%s: %s", name, say(diags))
		}
	}
}

// The source of an oauth2 set may be the token of another set.
func TestOAuth2WithAnotherSet(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	set := publicSet().and(object{"token_url": h.url + "/oauth", "grant": jwtBearer, "assertion": object{"credentials": "custom.login"}})
	p := configured(t, object{"custom": object{"login": h.login(nil)}, "oauth2": object{"default": set}})
	_, diags := p.ask(t.Context(), dataSource, "oauth2", nil)
	checkSays(t, onlyError(t, diags).Detail, []string{"the response has no token"})
	h.want(t, "POST /login", "POST /oauth assertion=fake-ses%2F1&client_id=fake-id&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
}
