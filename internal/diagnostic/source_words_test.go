package diagnostic

import (
	"context"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// Why HTTP Basic cannot be used is said, and not with what.
func TestBasicThatCannotBeSent(t *testing.T) {
	t.Parallel()
	fine := said.NewSecret("fake-password")
	type row struct {
		auth token.ClientAuth
		want string
	}
	tokentest.Each(t, map[string]row{
		"a time in the user name":  {token.Basic{Username: said.NewSecret("at {time_rfc3339}"), Password: fine}, "request.basic_auth.username cannot be used: the user name has a colon"},
		"NUL in the password":      {token.Basic{Username: said.NewSecret("a"), Password: said.NewSecret("fake\x00")}, "request.basic_auth.password cannot be used: the password has a line break or another control character"},
		"a colon in a client id":   {token.ClientSecretBasic{ID: "fake:id", Secret: fine, Raw: true}, "HTTP Basic cannot be used: the user name has a colon"},
		"a line break in a secret": {token.ClientSecretBasic{ID: "fake", Secret: said.NewSecret("fake\n"), Raw: true}, "HTTP Basic cannot be used: the password has a line break"},
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		x.Request.Template, x.Request.Auth = true, tc.auth
		_, err := do(t, newTestClient(t, quickTransport()), x)
		if e := wantError(t, err, token.KindRequest); !strings.Contains(e.Error(), tc.want) || strings.Contains(e.Error(), "fake") {
			t.Errorf("the error is: %v", e)
		}
	})
}

// A process that is restricted to FIPS 140 cannot compute everything.
func TestSourceThatFIPSDoesNotAllow(t *testing.T) {
	t.Parallel()
	for want, failed := range map[string]source.Error{
		`assertion.totp has no value: FIPS 140 does not allow SHA-1 in this process (GODEBUG has fips140=only). Set algorithm = "SHA256"`: {Source: source.TOTP{}, Problem: source.Unapproved},
		"assertion.hmac has no value: FIPS 140 does not allow keys of less than 14 bytes":                                                 {Source: source.HMAC{}, Problem: source.ShortKey},
	} {
		x := exchangeOf(tokenURL, failed.Source)
		err := tell(&token.Error{Kind: token.KindSource, Exchange: x.plain(), Name: "assertion", Cause: &failed}, x)
		if e := wantError(t, err, token.KindSource); !strings.Contains(e.Problem, want) {
			t.Errorf("%q is missing: %v", want, e)
		}
	}
}

// Not every machine can make each problem of a file.
func TestProblemsOfFiles(t *testing.T) {
	t.Parallel()
	for want, failed := range map[string]source.Error{
		"cannot be read: permission denied":                                            {Problem: source.Denied},
		"cannot be read: it gave nothing within transport.timeout (1ms). A named pipe": {Problem: source.Slow, Detail: "1ms"},
		"cannot be read: too many files are open. Raise the limit (ulimit -n)":         {Problem: source.Exhausted},
		"cannot be read: it is a directory":                                            {Problem: source.Directory},
		"cannot be read: it is not a readable file":                                    {Problem: source.Unreadable},
	} {
		failed.Source = source.File{Name: "fake.token"}
		x := exchangeOf(tokenURL, failed.Source)
		err := tell(&token.Error{Kind: token.KindSource, Exchange: x.plain(), Name: "subject_token", Cause: &failed}, x)
		if e := wantError(t, err, token.KindSource); !strings.Contains(e.Problem, "subject_token.file has no value: the file fake.token "+want) {
			t.Errorf("%q is missing: %v", want, e)
		}
	}
}

// An interrupt is no problem of the file.
func TestInterruptedSource(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := exchangeOf(tokenURL, source.File{Name: "fake.token"})
	_, err := token.NewCache(newTestClient(t, quickTransport())).Token(ctx, x.plain(), 0)
	if e := wantError(t, tell(err, x), token.KindCancelled); !strings.Contains(e.Error(), "interrupted") {
		t.Errorf("the error is: %v", e)
	}
}
