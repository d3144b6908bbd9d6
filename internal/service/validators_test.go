package service_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

func validate(t *testing.T, v validator.String, value types.String) *validator.StringResponse {
	t.Helper()
	resp := &validator.StringResponse{}
	v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("x"), ConfigValue: value}, resp)
	return resp
}

func TestPositiveDuration(t *testing.T) {
	cases := map[string]bool{
		"90s": true, "20m": true, "1h30m": true, "1ms": true, "0.5s": true,
		"": false, "20": false, "0": false, "0s": false, "-5m": false, "20 minutes": false, "1d": false, "PT1H": false,
		"9223372036855s": false,
	}
	for value, want := range cases {
		resp := validate(t, service.PositiveDuration(), types.StringValue(value))
		if got := !resp.Diagnostics.HasError(); got != want {
			t.Errorf("%q: accepted is %v", value, got)
		}
	}
}

func TestVariableName(t *testing.T) {
	cases := map[string]bool{
		"CI_JOB_JWT": true, "a": true, "_x1": true, strings.Repeat("N", 255): true,
		"A-B": true, "my.token": true, "ProgramFiles(x86)": true, "CI_JOB_JWT_V2": true, "SERVICE_ACCOUNT_TOKEN_FOR_THE_PRODUCTION_CLUSTER_IN_THE_NORTHERN_REGION": true,
		"": false, "1X": false, "A B": false, "A=B": false, "(x)": false, "ghs_fakeFAKE0123456789fake": false, "550e8400-e29b-41d4-a716-446655440000": false,
		"d41d8cd98f00b204e9800998ecf8427e": false, "e30.e30.fake": false, "fake/secret+1=": false, strings.Repeat("N", 256): false,
	}
	source, _ := find(t, "oauth2").Set["assertion"].(provider.SingleNestedAttribute)
	env, _ := source.Attributes["env"].(provider.StringAttribute)
	for name, want := range cases {
		resp := validate(t, env.Validators[0], types.StringValue(name))
		if got := !resp.Diagnostics.HasError(); got != want {
			t.Errorf("%q: accepted is %v", name, got)
		}
		for _, diag := range resp.Diagnostics {
			if name != "" && strings.Contains(diag.Detail(), name) {
				t.Errorf("%q is repeated", name)
			}
		}
	}
}

func TestTag(t *testing.T) {
	source, _ := find(t, "oauth2").Set["assertion"].(provider.SingleNestedAttribute)
	object, _ := source.Attributes["hcp_terraform"].(provider.SingleNestedAttribute)
	tag, _ := object.Attributes["tag"].(provider.StringAttribute)
	cases := map[string]bool{
		"FAKE": true, "fake_1": true, strings.Repeat("N", 64): true, strings.Repeat("N", 65): false, "": false, "A-B": false, "A\n": false,
	}
	for name, want := range cases {
		resp := validate(t, tag.Validators[0], types.StringValue(name))
		if got := !resp.Diagnostics.HasError(); got != want {
			t.Errorf("%q: accepted is %v", name, got)
		}
	}
}

func TestCheck(t *testing.T) {
	refuse := service.Check("No good", "a good value", func(value string) error {
		if value != "fake-secret" {
			t.Errorf("the check got %q", value)
		}
		return errors.New("it is no good")
	})
	if v := refuse.Description(t.Context()) + refuse.MarkdownDescription(t.Context()); v != "a good valuea good value" {
		t.Errorf("it describes itself as %q", v)
	}
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		if resp := validate(t, refuse, value); len(resp.Diagnostics) != 0 {
			t.Errorf("%s: got %v", value, resp.Diagnostics)
		}
	}
	resp := validate(t, refuse, types.StringValue("fake-secret"))
	if len(resp.Diagnostics) != 1 {
		t.Fatalf("got %v", resp.Diagnostics)
	}
	got := resp.Diagnostics[0]
	if got.Summary() != "No good" || got.Detail() != "x cannot be used: it is no good." {
		t.Errorf("got %q: %q", got.Summary(), got.Detail())
	}
	if strings.Contains(got.Detail(), "fake-secret") {
		t.Error("the value is repeated")
	}
}
