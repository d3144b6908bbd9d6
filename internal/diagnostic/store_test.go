package diagnostic

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// Each problem of a store has words, which leave nothing out.
func TestEachProblemOfAStoreIsWorded(t *testing.T) {
	t.Parallel()
	for problem := store.ProblemKey; problem <= store.ProblemRefused; problem++ {
		text := StoreProblem(&store.Error{Problem: problem, Path: "/var/cache/apitoken", Reason: "permission denied", Cause: io.EOF}, said.Book{}.Judge())
		if text == "" || strings.ContainsAny(text, "{}") || strings.HasSuffix(text, ".") {
			t.Errorf("problem %d: %q", problem, text)
		}
	}
}

func TestStoreProblem(t *testing.T) {
	t.Parallel()
	type row struct {
		failed    store.Error
		says, not []string
	}
	tokentest.Each(t, map[string]row{
		"path":          {store.Error{Problem: store.ProblemMode, Path: "/var/cache/apitoken"}, []string{"access to /var/cache/apitoken", "If nothing else uses it, set its mode to 0700"}, nil},
		"a secret path": {store.Error{Problem: store.ProblemDirectory, Path: testSecret, Reason: "permission denied"}, []string{"permission denied"}, []string{testSecret}},
		"refused":       {store.Error{Problem: store.ProblemRefused, Reason: "WRONGPASS"}, []string{"refused a command: WRONGPASS", "Percent-encode each"}, nil},
		"no database":   {store.Error{Problem: store.ProblemRefused, Reason: store.ReasonNoDatabase}, []string{"has no database of that number", "many servers", "0 alone"}, []string{"password"}},
		"no command":    {store.Error{Problem: store.ProblemRefused, Reason: store.ReasonNoCommand}, []string{"does not know a command", "GET, SET, DEL, EVAL and PEXPIRE"}, []string{"password"}},
		"other refusal": {store.Error{Problem: store.ProblemRefused}, []string{"refused a command. Check the user name"}, nil},
		"nobody there":  {store.Error{Problem: store.ProblemServer, Cause: said.NewQuiet(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})}, []string{"nothing listens"}, nil},
		"unknown name":  {store.Error{Problem: store.ProblemServer, Cause: said.NewQuiet(&net.DNSError{Name: "redis.example.com", IsNotFound: true})}, []string{"cannot be looked up"}, []string{"redis.example.com"}},
		"closed":        {store.Error{Problem: store.ProblemServer, Cause: said.NewQuiet(io.EOF)}, []string{"closed the connection", "rediss://"}, nil},
		"what it says":  {store.Error{Problem: store.ProblemServer, Cause: said.NewQuiet(errors.New("foreign words"))}, []string{"the connection to the server failed"}, []string{"foreign"}},
	}, func(t *testing.T, tc row) {
		warning := StoreUnused(&tc.failed, "token_store", said.Book{}.Add("secret", said.NewSecret(testSecret)).Judge())
		wantSaid(t, warning.Detail(), append(tc.says, "APITOKEN_TOKEN_STORE=off"), tc.not)
	})
}

// The error about a refresh token that cannot be had says what became of it.
func TestUnkeptRefreshToken(t *testing.T) {
	t.Parallel()
	type row struct {
		cause error
		says  string
	}
	tokentest.Each(t, map[string]row{
		"no store":      {nil, "its settings are wrong, or not known yet"},
		"busy":          {context.DeadlineExceeded, "another run is using the refresh token"},
		"not reached":   {&store.Error{Problem: store.ProblemSilent}, "did not answer within 3 seconds"},
		"damaged":       {&store.Error{Problem: store.ProblemEntry}, "set refresh_token to it"},
		"other version": {&store.Error{Problem: store.ProblemVersion}, "Use that version"},
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		err := tell(&token.Error{Kind: token.KindKeeping, Exchange: &x.Exchange, Cause: said.NewQuiet(tc.cause)}, x)
		wantSaid(t, err.Error(), []string{tc.says, "Nothing was sent"}, []string{"takes its place"})
	})
}
