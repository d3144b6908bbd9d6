package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// execCredential is what kubelogin and other plugins of client-go print.
func execCredential(until time.Time) string {
	return `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"fake-exec-token","expirationTimestamp":"` + until.Format(time.RFC3339) + `"}}`
}

func programSet(program []any) object {
	return object{
		"request":  object{"program": program},
		"response": object{"token": "status.token", "expires_at": "status.expirationTimestamp", "outputs": object{"kind": "kind"}},
	}
}

// What a program prints is the response, in place of a request.
func TestProgramInPlaceOfRequest(t *testing.T) {
	noEnvironment(t)
	until := time.Now().UTC().Add(time.Hour).Truncate(time.Second)
	for _, k := range kinds() {
		p := configured(t, object{"custom": object{"default": programSet([]any{"printf", "%s", execCredential(until)})}})
		got, diags := p.ask(t.Context(), k, "custom", nil)
		if len(diags) > 0 {
			t.Fatal(say(diags))
		}
		if text(t, got["access_token"]) != "fake-exec-token" || text(t, got["expires_at"]) != until.Format(time.RFC3339) || texts(t, got["outputs"])["kind"] != "ExecCredential" {
			t.Errorf("got %v", got)
		}
	}
}

// A program that fails, and one that prints something else, are named, and what it prints is not.
func TestProgramWithoutToken(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		program []any
		summary string
		says    []string
	}{
		"a failure": {
			[]any{"sh", "-c", "echo fake-printed; cat /no/such/file; exit 3"},
			"No value for an assertion or a token",
			[]string{`Service custom, credential set "default": request.program has no value: the program sh ended with exit status 3`, "No such file or directory"},
		},
		"other JSON": {
			[]any{"printf", "%s", `{"status":{"access":"fake-printed"}}`},
			"No token in the response",
			[]string{
				`Service custom, credential set "default": the response has no token: there is nothing at "status.token"`, "Sent: nothing, as the program printf gives the response.",
				`At "status" are the keys: access`, "Compare response with what the program printed.",
			},
		},
		"no JSON": {[]any{"echo", "fake-printed"}, "No token in the response", []string{
			"the response is not JSON: what a program prints is the response, so its notices and colours belong on standard error", "Sent: nothing",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := configured(t, object{"custom": object{"default": programSet(c.program)}})
			_, diags := p.ask(t.Context(), dataSource, "custom", nil)
			got := onlyError(t, diags)
			if got.Summary != c.summary {
				t.Errorf("the summary is %q", got.Summary)
			}
			checkSays(t, got.Detail, c.says)
			checkNot(t, say(diags), clitest.Needle{Name: "what it printed", Value: "fake-printed"}, clitest.Needle{Name: "a content type", Value: "no content type"})
		})
	}
}

// The rest of a request goes unused beside a program.
func TestProgramBesideRequest(t *testing.T) {
	noEnvironment(t)
	for name, more := range map[string]object{
		"url": {"url": "https://auth.example.com"}, "method": {"method": "GET"}, "form": {"form": object{"a": "b"}}, "headers": {"headers": object{"a": "b"}},
		"allow_http": {"allow_http": true}, "sources": {"sources": object{"a": object{"value": "b"}}},
	} {
		diags := newPlugin(t).configure(object{"custom": object{"default": description(more, nil, nil).and(object{"request": object{"program": []any{"fake"}}.and(more)})}})
		got := onlyError(t, diags)
		if want := `AttributeName("custom").ElementKeyString("default").AttributeName("request").AttributeName("` + name + `")`; got.Attribute.String() != want && name != "sources" {
			t.Errorf("%s: it is at %s", name, got.Attribute)
		}
	}
}

// What a program prints has no status, header or cookie.
func TestProgramWithResponseOfHTTP(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		response object
		at       string
	}{
		"statuses": {object{"token": "a", "success_statuses": []any{302}}, `.AttributeName("success_statuses")`},
		"a header": {object{"token": "header:X"}, `.AttributeName("token")`},
		"a cookie": {object{"token": "a", "outputs": object{"b": "cookie:c"}}, `.AttributeName("outputs").ElementKeyString("b")`},
	} {
		set := programSet([]any{"fake"}).and(object{"response": c.response})
		got := onlyError(t, newPlugin(t).configure(object{"custom": object{"default": set}}))
		if !strings.HasSuffix(got.Attribute.String(), `AttributeName("response")`+c.at) || got.Summary != "Not used with a program" {
			t.Errorf("%s: %q at %s", name, got.Summary, got.Attribute)
		}
	}
}
