package service_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func TestFIPS(t *testing.T) { testkeys.InFIPS(t, checkFIPS) }

// What FIPS 140 does not allow is an error at its attribute, before anything is computed.
func checkFIPS(t *testing.T) {
	t.Helper()
	const long, short = "FAKEFAKEFAKEFAKEFAKEFAKE", "FAKEFAKEFAKEFAKE" // 15 and 10 bytes in base32
	for name, tc := range map[string]struct {
		kind   string
		source attributes
		at     string // the attribute; "": there is no error
		says   string
	}{
		"TOTP":                    {"totp", texts("secret", long), "algorithm", `Set algorithm = "SHA256"`},
		"TOTP with SHA-256":       {"totp", texts("secret", long, "algorithm", "SHA256"), "", ""},
		"TOTP with a short one":   {"totp", texts("secret", short, "algorithm", "SHA256"), "secret", "less than 14 bytes"},
		"TOTP, not known yet":     {"totp", attributes{"secret": types.StringUnknown()}, "", ""},
		"HMAC":                    {"hmac", texts("key", long, "message", "a"), "", ""},
		"HMAC with SHA-1":         {"hmac", texts("key", long, "message", "a", "algorithm", "SHA1"), "algorithm", "does not allow SHA-1"},
		"HMAC with a short key":   {"hmac", texts("key", "fake-key", "message", "a"), "key", "less than 14 bytes"},
		"HMAC with another error": {"hmac", texts("key", "fake-key", "message", "a", "algorithm", "MD5"), "", ""},
	} {
		place, _ := find(t, "oauth2").Set["assertion"].(provider.SingleNestedAttribute)
		source, _ := place.Attributes[tc.kind].(provider.SingleNestedAttribute)
		var resp validator.ObjectResponse
		for _, check := range source.Validators {
			check.ValidateObject(t.Context(), validator.ObjectRequest{Path: path.Root(tc.kind), ConfigValue: tc.source.of(t, source.Attributes)}, &resp)
		}
		switch {
		case tc.at == "" && !resp.Diagnostics.HasError():
		case tc.at == "" || resp.Diagnostics.ErrorsCount() != 1:
			t.Errorf("%s: %v", name, resp.Diagnostics)
		default:
			got := resp.Diagnostics[0]
			if at, _ := got.(interface{ Path() path.Path }); !at.Path().Equal(path.Root(tc.kind).AtName(tc.at)) || !strings.Contains(got.Detail(), tc.says) {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
}
