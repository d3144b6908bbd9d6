package service_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

func TestUnknownValues(t *testing.T) {
	partly := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a"), types.StringUnknown()})
	cases := []struct {
		name        string
		set, inputs attributes
		want        []string
	}{
		{"secret", attributes{"client_secret": types.StringUnknown()}, nil, []string{"client_secret"}},
		{
			"several, sorted",
			attributes{"token_url": types.StringUnknown(), "client_id": types.StringUnknown()},
			nil,
			[]string{"client_id", "token_url"},
		},
		{"flag", attributes{"allow_http": types.BoolUnknown()}, nil, []string{"allow_http"}},
		{"scopes", attributes{"scopes": types.SetUnknown(types.StringType)}, nil, []string{"scopes"}},
		{"one of the scopes", attributes{"scopes": partly}, nil, []string{"scopes"}},
		{"one of the scopes as input", nil, attributes{"scopes": partly}, []string{"scopes"}},
		{
			"scopes that the input replaces",
			attributes{"scopes": types.SetUnknown(types.StringType)},
			attributes{"scopes": scopes("a")},
			nil,
		},
		{"an input that is none of the service's", nil, attributes{"open_after": types.StringUnknown()}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := find(t, "emporix")
			x, err := s.Exchange("shop", s.Read(client().and(c.set).of(t, s.Set)), c.inputs.object(t), nil)
			if (x == nil) != (err != nil) {
				t.Errorf("got %v and %v", x, err)
			}
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkUnknown(t, err, c.want)
		})
	}
}

func checkUnknown(t *testing.T, err error, attributes []string) {
	t.Helper()
	var unknown *service.UnknownError
	if !errors.As(err, &unknown) {
		t.Fatalf("got %v", err)
	}
	want := &service.UnknownError{Service: "emporix", Credentials: "shop", Attributes: attributes}
	if diff := cmp.Diff(want, unknown); diff != "" {
		t.Error(diff)
	}
	for _, name := range append([]string{"emporix", `"shop"`}, attributes...) {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
}

// The set's attributes belong to the provider block and serve every reference.
func TestExchangeLeavesItsArgumentsAlone(t *testing.T) {
	s := find(t, "emporix")
	set := client().and(attributes{"scopes": scopes("a")}).of(t, s.Set)
	before := set.String()
	if _, err := s.Exchange("shop", s.Read(set), attributes{"scopes": scopes("b")}.object(t), nil); err != nil {
		t.Fatal(err)
	}
	if set.String() != before {
		t.Errorf("the set is now %s", set)
	}
}

// A text of a set is secret or public by the name of its attribute, or by its key.
func TestNamesOfSecrets(t *testing.T) {
	set := client().and(attributes{
		"params": textMap("version", "2024.1", "realm", "Local", "pin", "1234", "key", "local"), "audience": types.StringValue("fake-api-1"),
		"client_secret": types.StringValue("fake-api-1-secret"),
	}).and(nested(t, "subject_token", texts("value", "server"))).and(nested(t, "assertion", nested(t, "signed", texts("private_key_pem", "fake-pem", "claims", `{"iss":"fake-issuer","x":"fake-claim"}`))))
	judge := exchange(t, "oauth2", set, nil).Secrets.Judge()
	for said, want := range map[string]string{
		"version 2024.1 of fake-api-1 in realm LOCAL-X": "version 2024.1 of fake-api-1 in realm H",
		"1234 of fake-api-1-secret":                     "H of H",
		"key local, server fake-pem":                    "key H, H",
		"fake-issuer has no fake-claim":                 "fake-issuer has no H",
	} {
		if got := strings.ReplaceAll(string(judge.Message(text(said))), "(sensitive)", "H"); got != want {
			t.Errorf("%q shows as %q, want %q", said, got, want)
		}
	}
}

func text(s string) said.Foreign { return said.NewForeign(s) }
