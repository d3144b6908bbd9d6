package service_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// The error of a URL says what to write in the configuration.
func TestURLProblem(t *testing.T) {
	for raw, want := range map[string]string{
		"https://auth.example.com/hush\n": "it has a line break; remove it: trimspace(…) removes spaces and line breaks at both ends",
		"http://auth.example.com":         "plain http:// would send the credentials to auth.example.com unencrypted; use https://, or set allow_http = true where the network itself is trusted; localhost and 127.0.0.1 need neither",
		"auth.example.com/token":          "; write it like https://auth.example.com/oauth/token",
		"https://auth.example.com/%zz":    "; write it in full, such as https://auth.example.com/oauth/token",
		"https://me:hush@a.example.com":   "it holds a user name or password; give credentials in their own attributes",
	} {
		if got := service.URLProblem(transport.CheckURL(raw, false)); !strings.HasSuffix(got, want) || strings.Contains(got, "hush") {
			t.Errorf("%q: %s", raw, got)
		}
	}
	if got := service.URLProblem(errors.New("hush")); got != "it is not a URL" {
		t.Errorf("another error: %s", got)
	}
}

// Nobody writes HCL in an environment variable.
func TestVariableURLProblem(t *testing.T) {
	got := service.VariableURLProblem(transport.CheckURL("https://auth.example.com/hush\n", false))
	if got != "it has a line break" {
		t.Errorf("it says %s", got)
	}
}
