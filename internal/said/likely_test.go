package said

import (
	"strings"
	"testing"
)

func TestLooksSecret(t *testing.T) {
	t.Parallel()
	const uuid = "550e8400-e29b-41d4-a716-446655440000"
	for _, text := range []string{
		"eyJhbGciOiJub25lIn0.e30.", "e30.e30.fake", "eyJmYWtlIjoiZmFrZSJ9", "{\"token\": \"fake\"}", "-----BEGIN FAKE-----", "MIIEvgIBADANBgkqhkiG9w0", "ghs_fakeFAKE0123456789fake",
		"ghs_abcdefghijklmnopqrstuvwxyz", "glpat-fake1234567890FAKE", "hvs.CAESfake0123456789fake", "github_pat_11FAKE0_fake1234567890", "xoxb-1234567890-fakefake",
		"sk_live_fake1234567890fake", uuid, "d41d8cd98f00b204e9800998ecf8427e",
		"wJalrXUtnFEMIK7MDENGbPx9RfiCY", "ZmFrZWZha2VmYWtlZmFrZQ==", "fake/fake+fake/1234=", "tokens/ghs_fakeFAKE0123456789fake",
		"9f8e7d-6c5b4a-3f2e1d-0c9b8a", "eyJmYWtlIjoiZmFrZSJ9.json",
	} {
		if !LooksSecret(text) {
			t.Errorf("%q is taken for a name", text)
		}
		if shown := Book(nil).Judge().Own(text); shown != Hidden && text != uuid && text[0] != '{' {
			t.Errorf("%q is shown as %q", text, shown)
		}
	}
	for _, text := range []string{
		"", "token", "token.jwt", "/var/run/secrets/kubernetes.io/serviceaccount/token", `C:\Users\fake\token.txt`, "./550e8400-e29b-41d4-a716-446655440000",
		"/nix/store/0c3b8wd5x9f8e7d6c5b4a3f2e1d0c9b8-fake/token", "CI_JOB_JWT", "CI_JOB_JWT_V2", "TFC_WORKLOAD_IDENTITY_TOKEN_PROD_2024", "ProgramFiles(x86)", "k8s-prod-eu1-token",
		"service-account.token-1", "npm_token", "npm_config_registry_token", "github_pat_token", "/tmp/TestFileTextWhiteSpaceWithinALongName123456789012/001/token",
		"OAUTH2_CLIENT_1_TOKEN", "2024-01-02-token", "sha256", "d41d8cd98f00b204e9800998ecf8427e.token", "MIIDDLE_TOKEN",
		// In base64, these names begin with a brace.
		"./expired.jwt", "example.pem", "/etc/external.json", "exports/token.txt", "ez.jwt",
	} {
		if LooksSecret(text) {
			t.Errorf("%q is taken for a secret", text)
		}
		if shown := Book(nil).Judge().Own(text); shown != text {
			t.Errorf("%q is shown as %q", text, shown)
		}
	}
}

// A name is shown on one line, without parts of a secret.
func TestOwn(t *testing.T) {
	t.Parallel()
	judge := Book{}.Add("password", NewSecret("fake-zebra-hidden")).Judge()
	if shown := judge.Own("/tmp/fake-zebra-hidden/a\nb"); strings.Contains(shown, "zebra") || strings.Contains(shown, "\n") || !strings.HasPrefix(shown, "/tmp/") {
		t.Errorf("got %q", shown)
	}
}
