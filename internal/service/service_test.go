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
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

func TestAll(t *testing.T) {
	var names []string
	for _, s := range service.All() {
		names = append(names, s.Name)
		if s.Title == "" {
			t.Errorf("%s has no title", s.Name)
		}
	}
	want := slices.Sorted(slices.Values(append(sandbox.Services(), "custom", "jwt")))
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("beside custom and jwt, each service has a row in the sandbox, and each row is a service, in order: %s", diff)
	}
}

// The sandbox's row and the service, which were written independently, agree on the
// vendor's URL and on the headers of its API.
func TestVendors(t *testing.T) {
	for _, row := range sandbox.Vendors() {
		x := exchange(t, row.Name, client(), nil)
		want := row.Origin + row.Path
		if row.Origin == "" {
			want = "" // oauth2 is no one vendor's
		}
		if x.Request.URL != want {
			t.Errorf("%s: the URL is %q, want %q", row.Name, x.Request.URL, want)
		}
		said := find(t, row.Name).Set["token_url"].GetMarkdownDescription()
		if row.Staging != "" && !strings.Contains(said, row.Staging+row.Path) {
			t.Errorf("%s: %q does not name %s", row.Name, said, row.Staging)
		}
		sent, used := map[string]string{}, map[string]string{}
		for name, value := range x.Headers {
			sent[name] = value.Reveal()
		}
		for name, value := range row.Use {
			used[name] = strings.ReplaceAll(value, "TOKEN", "{token}")
		}
		if diff := cmp.Diff(used, sent); diff != "" {
			t.Errorf("%s: %s", row.Name, diff)
		}
		if diff := cmp.Diff([]string{"fake secret/1"}, reveal(x.Secrets)); diff != "" {
			t.Errorf("%s: %s", row.Name, diff)
		}
	}
}

// The expiry is where the vendor's row has it. A token that is no JWT shows that: it does
// not have the expiry itself.
func TestExpiryOfVendors(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for _, row := range sandbox.Vendors() {
		end, lifetime := now.Add(row.Lifetime), row.Lifetime
		answer := strings.NewReplacer(
			"TOKEN", "fake-token", "MILLISECONDS", fmt.Sprint(lifetime.Milliseconds()), "SECONDS", fmt.Sprint(lifetime.Seconds()),
			"UNIX", fmt.Sprint(end.Unix()), "MILLIS", fmt.Sprint(end.UnixMilli()), "RFC3339", end.UTC().Format(time.RFC3339),
		).Replace(row.Answer)
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
		issued := ask(t, exchange(t, row.Name, clientAt(web.URL), nil))
		web.Close()
		if !issued.ExpiresAt.Equal(end) {
			t.Errorf("%s: of %s, the expiry is %v, want %v", row.Name, answer, issued.ExpiresAt, end)
		}
	}
}

// Users write these names, and CI systems have them.
func TestVariable(t *testing.T) {
	for name, prefix := range map[string]string{"emporix": "EMPORIX", "emtech": "EMTECH", "epgl": "EPGL", "oauth2": "OAUTH2"} {
		for attribute, rest := range map[string]string{"client_id": "_CLIENT_ID", "client_secret": "_CLIENT_SECRET", "token_url": "_TOKEN_URL"} {
			if got := find(t, name).Variable(attribute); got != prefix+rest {
				t.Errorf("%s, %s: got %s", name, attribute, got)
			}
		}
	}
}

// Where a vendor's own table of errors says more than the engine does, there is
// advice for each status in it.
func TestAdvice(t *testing.T) {
	want := map[string][]int{
		"custom":  {400, 401, 403, 404, 405, 406, 415},
		"emporix": {400, 401, 403},
		"emtech":  {400, 401, 403, 415},
		"epgl":    {400, 401, 429, 500},
	}
	for _, s := range service.All() {
		if diff := cmp.Diff(want[s.Name], slices.Sorted(maps.Keys(s.Advice))); diff != "" {
			t.Errorf("%s: %s", s.Name, diff)
		}
		for status, text := range s.Advice {
			if text == "" {
				t.Errorf("%s: the advice for %d is empty", s.Name, status)
			}
		}
	}
}

// allow_http applies to all requests of a set.
func TestAllowHTTP(t *testing.T) {
	for _, s := range service.All() {
		if s.IsLocal {
			continue // it makes no request
		}
		for _, allowed := range []bool{false, true} {
			flag := attributes{"allow_http": types.BoolValue(allowed)}
			set := client().and(flag)
			if s.Name == "custom" {
				set = attributes{"request": group(t, flag), "revoke": group(t, flag)}
			}
			x := exchange(t, s.Name, set, attributes{service.RevokeInput: types.BoolValue(true)})
			if x.Request.AllowHTTP != allowed || x.Revoke != nil && x.Revoke.AllowHTTP != allowed {
				t.Errorf("%s: http:// is allowed: %t", s.Name, !allowed)
			}
		}
	}
}
