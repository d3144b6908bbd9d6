package service_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// outputs returns the further outputs that the service reads from an answer.
func outputs(t *testing.T, name string, answer map[string]any, inputs attributes) map[string]string {
	t.Helper()
	whole := map[string]any{"access_token": "fake-token"}
	maps.Copy(whole, answer)
	body, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	defer web.Close()
	client, err := token.NewClient(token.DefaultTransport(), token.Runtime{
		Now: time.Now, Random: strings.NewReader(""), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	issued, err := client.Do(context.Background(), exchange(t, name, clientAt(web.URL), inputs))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for name, value := range issued.Fields {
		found[name] = value.Reveal()
	}
	return found
}

func clientAt(url string) attributes {
	return client().and(attributes{"token_url": types.StringValue(url)})
}

func TestEmporixTenant(t *testing.T) {
	cases := []struct {
		name  string
		scope any
		want  string // "" where there is no tenant
	}{
		{"with scope=", "scope=a.read b.read tenant=shop", "shop"},
		{"without scope=", "a.read tenant=shop", "shop"},
		{"tenant first", "tenant=shop a.read", "shop"},
		{"tenant first behind scope=", "scope=tenant=shop a.read", "shop"},
		{"tenant alone", "tenant=shop", "shop"},
		{"tenant in the middle", "scope=a.read tenant=shop b.read", "shop"},
		{"more spaces", "scope=a.read  tenant=shop ", "shop"},
		{"a tenant with an equals sign", "tenant=a=b", "a=b"},
		{"a scope that ends in tenant", "scope=a.tenant=x tenant=shop", "shop"},
		{"two tenants", "tenant=one tenant=two", "one"},
		{"tenant missing", "scope=a.read b.read", ""},
		{"a scope that begins alike", "tenants=shop", ""},
		{"empty", "", ""},
		{"no string", []string{"a.read", "tenant=shop"}, ""},
		{"a number", 7, ""},
		{"null", nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := outputs(t, "emporix", map[string]any{"scope": c.scope, "session_idle_time": 120}, nil)
			if got["tenant"] != c.want {
				t.Errorf("got the tenant %q, want %q", got["tenant"], c.want)
			}
			if _, has := got["tenant"]; has != (c.want != "") {
				t.Errorf("there is a tenant: %v", has)
			}
			if scope, ok := c.scope.(string); ok && got["scope"] != scope {
				t.Errorf("got the scope %q", got["scope"])
			}
			if got["session_idle_time"] != "120" {
				t.Errorf("got session_idle_time %q", got["session_idle_time"])
			}
		})
	}
}

func TestEmporixWithoutScope(t *testing.T) {
	if got := outputs(t, "emporix", nil, nil); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// An answer without scope grants what was asked for (RFC 6749, section 5.1).
func TestOAuth2Scope(t *testing.T) {
	asked := attributes{"scopes": scopes("write", "read")}
	cases := []struct {
		name   string
		answer map[string]any
		inputs attributes
		want   map[string]string
	}{
		{"answered", map[string]any{"scope": "read"}, asked, map[string]string{"scope": "read"}},
		{"not answered", nil, asked, map[string]string{"scope": "read write"}},
		{"null", map[string]any{"scope": nil}, asked, map[string]string{"scope": "read write"}},
		{"answered, none asked", map[string]any{"scope": "all"}, nil, map[string]string{"scope": "all"}},
		{"neither", nil, nil, map[string]string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, outputs(t, "oauth2", c.answer, c.inputs)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
