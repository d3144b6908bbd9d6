package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A revocation that cannot be sent is told when the token comes.
func TestLeaseOfWhatCannotBeRevoked(t *testing.T) {
	t.Parallel()
	named, missing, broken := said.NewSecret("{token}"), said.NewSecret("{missing}"), said.NewSecret("{broken}")
	const lacks, unfit = `no output missing: there is nothing at "data.missing"`, "the header a of the revocation request cannot be made"
	type row struct {
		put  func(*token.Request)
		want string
	}
	tokentest.Each(t, map[string]row{
		"URL":            {func(r *token.Request) { r.URL += "/{missing}" }, lacks},
		"header":         {func(r *token.Request) { r.Headers = map[string]said.Secret{"a": missing} }, lacks},
		"user":           {func(r *token.Request) { r.Auth = token.Basic{Username: missing, Password: named} }, lacks},
		"unfit user":     {func(r *token.Request) { r.Auth = token.Basic{Username: broken, Password: named} }, "basic_auth of the revocation request cannot be made: the user name has a line break"},
		"unfit password": {func(r *token.Request) { r.Auth = token.Basic{Username: named, Password: broken} }, "basic_auth of the revocation request cannot be made: the password has a line break"},
		"colon in user":  {func(r *token.Request) { r.Auth = token.Basic{Username: said.NewSecret("{colon}"), Password: named} }, "the user name has a colon"},
		"unfit header":   {func(r *token.Request) { r.Headers = map[string]said.Secret{"a": broken} }, unfit},
	}, func(t *testing.T, tc row) {
		cache, _ := cacheOf(t, map[string]tokentest.Page{
			"https://auth.example.com/token": tokentest.JSONPage(`{"access_token":"tok-1","broken":"a\nb","colon":"a:b"}`),
		})
		x := revocable("https://auth.example.com")
		x.Revoke.Template = true
		x.Response.Outputs = map[string]answer.Path{"missing": answer.MustPath("data.missing"), "broken": answer.MustPath("broken"), "colon": answer.MustPath("colon")}
		tc.put(x.Revoke)
		_, _, err := cache.Lease(t.Context(), x, 0)
		if e := wantError(t, err, token.KindRevocation); !strings.Contains(e.Problem, tc.want) || strings.Contains(e.Error(), "a\nb") {
			t.Errorf("the error is: %v", e)
		}
	})
}

// A login page does not confirm a revocation.
func TestRevocationAnsweredByAPage(t *testing.T) {
	t.Parallel()
	cache := newTestCache(t, quickTransport(), tokentest.Answering(tokentest.JSONPage("%s", goodAnswer), nil))
	id := lend(t, cache, revocable("https://auth.example.com"))
	cache.client.Transport().Client(nil).Transport = tokentest.Answering(tokentest.NewPage(http.StatusOK, "text/html", "<html>log in</html>"), nil)
	wantSaid(t, wantError(t, cache.Release(t.Context(), id), token.KindRefused).Error(), []string{"HTML page", "stays valid until it expires"}, nil)
}

// Who is not asked, because others have waited in vain, is named all the same.
func TestRevocationThatIsNotSent(t *testing.T) {
	t.Parallel()
	x := revocable("https://auth.example.com")
	x.Request = *x.Revoke
	err := tell(&token.Error{
		Kind: token.KindUnreachable, Problem: token.ProblemWaitedBefore, Purpose: token.ForRevocation, Exchange: x.plain(), Token: &token.Token{},
	}, x)
	wantSaid(t, wantError(t, err, token.KindUnreachable).Error(),
		[]string{"revocation endpoint at auth.example.com", "no further request was sent", "stays valid until it expires"}, nil)
}

// A source that has no value in the time of a revocation is named, and not the endpoint.
func TestRevocationWhoseSourceIsLate(t *testing.T) {
	t.Parallel()
	type row struct {
		problem token.Problem
		from    source.Source
		want    string
	}
	signed := source.Signed{Signer: []string{"kms", "hush"}}
	tokentest.Each(t, map[string]row{
		"a program":   {token.ProblemOverdue, source.Program{Args: []string{"fake", "hush"}}, "revoke.sources.key.program has no value: the program fake gave nothing within the time that a revocation has (at most 8s)"},
		"a signer":    {token.ProblemOverdue, signed, "the JWT cannot be signed: the program kms gave nothing within the time"},
		"another set": {token.ProblemOverdue, source.Credentials{Name: "custom.login"}, "revoke.sources.key.credentials has no value: the source gave nothing within the time"},
		"once more":   {token.ProblemWaitedBefore, source.Program{Args: []string{"fake", "hush"}}, "the program fake was not asked again, because an earlier revocation waited for it in vain"},
	}, func(t *testing.T, tc row) {
		x := revocable("https://auth.example.com")
		x.Request = *x.Revoke
		x.Request.Named = []token.Named{{Name: "key", Source: tc.from}}
		err := tell(&token.Error{
			Kind: token.KindSource, Problem: tc.problem, Purpose: token.ForRevocation, Exchange: x.plain(), Token: &token.Token{}, Name: "key",
			Cause: &source.Error{Source: tc.from, Problem: source.Late, Detail: "8s"},
		}, x)
		wantSaid(t, wantError(t, err, token.KindSource).Error(), []string{tc.want, "stays valid until it expires"}, []string{"hush", "did not answer"})
	})
}
