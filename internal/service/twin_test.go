package service_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// twin is a set of a built-in service, and the same endpoint described in custom.
type twin struct {
	name, service string
	set           attributes
	answer        string
	request       func(url string) attributes
	response      attributes
	more          attributes
}

func group(t *testing.T, of attributes) attr.Value { t.Helper(); return of.object(t) }

// sources returns sources by their names.
func sources(t *testing.T, named map[string]attributes) attr.Value {
	t.Helper()
	elements := map[string]attr.Value{}
	for name, from := range named {
		elements[name] = group(t, from)
	}
	value, diags := types.MapValue(elements[slices.Sorted(maps.Keys(elements))[0]].Type(t.Context()), elements)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return value
}

// awkward are credentials that change in every encoding.
func awkward() attributes {
	return attributes{
		"client_id": types.StringValue("fake id+1"), "client_secret": types.StringValue(`f&ke/s=cr%t "<ü>`),
		"allow_http": types.BoolNull(),
	}
}

func jsonTwin(name string) func(url string) attributes {
	return func(url string) attributes {
		return attributes{
			"url": types.StringValue(url + "/" + name),
			// As jsonencode writes it, which escapes <, > and & as Go does.
			"json": types.StringValue(`{"clientId":"fake id+1","clientSecret":"f\u0026ke/s=cr%t \"\u003cü\u003e"}`),
		}
	}
}

func formTwin(form, more attributes) func(url string) attributes {
	return func(url string) attributes {
		return attributes{"url": types.StringValue(url + "/token"), "form": types.MapValueMust(types.StringType, form)}.and(more)
	}
}

func standard() attributes {
	return attributes{
		"token": types.StringValue("access_token"), "token_type": types.StringValue("token_type"),
		"expires_in": types.StringValue("expires_in"),
	}
}

func basicTwin(t *testing.T, id, secret string) attributes {
	t.Helper()
	return nested(t, "basic_auth", texts("username", id, "password", secret))
}

func twins(t *testing.T) []twin {
	t.Helper()
	const id, secret = "fake id+1", `f&ke/s=cr%t "<ü>` //nolint:gosec // made up
	const answer = `{"access_token":"fake-token","token_type":"bearer","expires_in":3600,"scope":"a"}`
	grant := texts("grant_type", "client_credentials")
	post := func(more attributes) attributes {
		return grant.and(texts("client_id", id, "client_secret", secret)).and(more)
	}
	return []twin{
		{
			"emtech", "emtech", awkward(), `{"accessToken":"fake-token","expiryMS":90000}`, jsonTwin("token"),
			attributes{
				"token": types.StringValue("accessToken"), "expires_in": types.StringValue("expiryMS"), "expires_in_unit": types.StringValue("ms"),
			},
			attributes{"headers": textMap("x-sandbox-app-auth", "Bearer {token}")},
		},
		{
			"epgl", "epgl", awkward(), `{"accessToken":"fake-token","tokenType":"bearer","expiresIn":3600}`, jsonTwin("token"),
			attributes{
				"token": types.StringValue("accessToken"), "token_type": types.StringValue("tokenType"), "expires_in": types.StringValue("expiresIn"),
			},
			nil,
		},
		{"emporix", "emporix", awkward(), answer, formTwin(post(nil), nil), standard(), nil},
		{
			"emporix with scopes", "emporix", awkward().and(attributes{"scopes": scopes("b.read", "a.read")}), answer,
			formTwin(post(texts("scope", "a.read b.read")), nil), standard(), nil,
		},
		{
			"oauth2, raw", "oauth2", awkward().and(attributes{"basic_encoding": types.StringValue("raw")}), answer,
			formTwin(grant, basicTwin(t, id, secret)), standard(), nil,
		},
		{
			"oauth2, form", "oauth2", awkward(), answer,
			formTwin(grant, basicTwin(t, "fake+id%2B1", "f%26ke%2Fs%3Dcr%25t+%22%3C%C3%BC%3E")), standard(), nil,
		},
		{
			"oauth2, post, with audience and a default lifetime", "oauth2",
			awkward().and(attributes{
				"client_auth": types.StringValue("client_secret_post"), "audience": types.StringValue("https://api.example.com"),
				"default_ttl": types.StringValue("10m"),
			}),
			`{"access_token":"fake-token"}`,
			formTwin(post(texts("audience", "https://api.example.com")), nil), standard(),
			attributes{"default_ttl": types.StringValue("10m")},
		},
	}
}

// recorder keeps each request as it was sent, without the port.
type recorder struct {
	web      *httptest.Server
	requests []string
}

func newRecorder(t *testing.T, answer string) *recorder {
	t.Helper()
	r := &recorder{}
	r.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		said := fmt.Sprintf("%s %s %s\n", req.Method, req.RequestURI, req.Proto)
		for _, name := range slices.Sorted(maps.Keys(req.Header)) {
			said += fmt.Sprintf("%s: %q\n", name, req.Header[name])
		}
		r.requests = append(r.requests, said+fmt.Sprintf("%s %d\n\n", req.Host, req.ContentLength)+string(body))
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(r.web.Close)
	return r
}

// Each built-in service can be described in custom: both send the same bytes and read
// the same token.
func TestTwins(t *testing.T) {
	built := map[string]bool{}
	for _, c := range twins(t) {
		built[c.service] = true
		t.Run(c.name, func(t *testing.T) {
			r := newRecorder(t, c.answer)
			own := ask(t, exchange(t, c.service, c.set.and(attributes{"token_url": types.StringValue(r.web.URL + "/token")}), nil))
			set := attributes{"request": group(t, c.request(r.web.URL)), "response": group(t, c.response)}.and(c.more)
			described := ask(t, exchange(t, "custom", set, nil))
			if len(r.requests) != 2 || r.requests[0] != r.requests[1] {
				t.Errorf("the requests differ:\n%s", strings.Join(r.requests, "\n---\n"))
			}
			equal := cmp.Comparer(said.Secret.Equal)
			if diff := cmp.Diff(own, described, equal, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(token.Token{}, "Fields"), cmpopts.IgnoreUnexported(token.Token{})); diff != "" {
				t.Error(diff)
			}
			if own.ExpiresAt.IsZero() {
				t.Error("the token has no expiry to compare")
			}
		})
	}
	for _, s := range service.All() {
		if s.Name != "custom" && !s.IsLocal && !built[s.Name] { // without a request there is nothing to compare
			t.Errorf("%s has no twin", s.Name)
		}
	}
}

// Every value of a request that may be a secret is one of the exchange.
func TestCustomSecrets(t *testing.T) {
	text := types.StringValue
	request := func(prefix string) attr.Value {
		return group(t, attributes{
			"url": text("https://auth.example.com/" + prefix), "headers": textMap("x", prefix+"-header"),
			"query": textMap("x", prefix+"-query"), "form": textMap("x", prefix+"-form"),
			"json": text(prefix + "-json"), "body": text(prefix + "-body"), "client_key_pem": text(prefix + "-key"),
			"basic_auth": group(t, attributes{"username": text("user"), "password": text(prefix + "-password")}),
			"sources":    sources(t, map[string]attributes{"jwt": {"signed": group(t, attributes{"private_key_pem": text(prefix + "-pem")})}}),
		})
	}
	x := exchange(t, "custom", attributes{
		"request": request("ask"), "response": group(t, attributes{"token": text("token")}), "revoke": request("end"),
	}, nil)
	got := reveal(x.Secrets)
	want := []string{
		"ask-body", "ask-form", "ask-header", "ask-json", "ask-key", "ask-password", "ask-pem", "ask-query",
		"end-body", "end-form", "end-header", "end-json", "end-key", "end-password", "end-pem", "end-query",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCustomContentType(t *testing.T) {
	json, body := types.StringValue("{}"), types.StringValue("x")
	for name, c := range map[string]struct {
		request attributes
		want    string
	}{
		"json":             {attributes{"json": json}, "application/json"},
		"json of a type":   {attributes{"json": json, "content_type": types.StringValue("application/vnd.acme+json")}, "application/vnd.acme+json"},
		"a body":           {attributes{"body": body}, ""},
		"a body of a type": {attributes{"body": body, "content_type": types.StringValue("text/xml")}, "text/xml"},
		"nothing at all":   {nil, ""},
		"form of no type":  {attributes{"form": textMap("a", "b")}, ""},
	} {
		request := attributes{"url": types.StringValue("https://auth.example.com")}.and(c.request)
		x := exchange(t, "custom", attributes{"request": group(t, request), "response": group(t, standard())}, nil)
		if x.Request.ContentType != c.want {
			t.Errorf("%s: it is of the type %q", name, x.Request.ContentType)
		}
	}
}

// A form field is sent as written, even if it is empty.
func TestCustomSendsEmptyFormFields(t *testing.T) {
	x := exchange(t, "custom", attributes{
		"request": group(t, attributes{
			"url": types.StringValue("https://auth.example.com"), "form": textMap("scope", "", "id", "a"),
		}),
		"response": group(t, standard()),
	}, nil)
	want := token.Form{"scope": {said.NewSecret("")}, "id": {said.NewSecret("a")}}
	if diff := cmp.Diff(want, x.Request.Form); diff != "" {
		t.Error(diff)
	}
}
