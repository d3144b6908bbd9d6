package token

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// hangingPrograms returns a cache whose programs hang, and how many were run.
func hangingPrograms(t *testing.T, endpoint http.RoundTripper) (*Cache, *tokentest.Counter) {
	t.Helper()
	var runs tokentest.Counter
	runtime := testRuntime()
	runtime.Program = func(ctx context.Context, _ []string, _ []byte, _ time.Duration) ([]byte, error) {
		runs.Add()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	client := clientWith(t, transport.DefaultSettings(), runtime)
	client.transport.Client(nil).Transport = endpoint
	return NewCache(client), &runs
}

// withProgram has the revocation of an exchange need what a program prints.
func withProgram(x *Exchange, program string) *Exchange {
	x.Revoke.Template = true
	x.Revoke.Headers = secretMap(map[string]string{"X-Key": "{key}"})
	x.Revoke.Named = []Named{{"key", source.Program{Args: []string{program}}}}
	return x
}

// wantLate fails unless a revocation has no value for its source key in time.
func wantLate(t *testing.T, err error, problem Problem) {
	t.Helper()
	e := wantError(t, err, KindSource)
	cause, ok := errors.AsType[*source.Error](e.Cause)
	if e.Problem != problem || e.Purpose != ForRevocation || e.Name != "key" || e.Token == nil || !ok || cause.Problem != source.Late {
		t.Errorf("the error is %v about %q, its cause %v", e, e.Name, e.Cause)
	}
}

// A program that hangs takes nothing from other tokens of the same host: no request of its
// own has waited for it. It is not run again for each token either.
func TestRevocationWhoseProgramHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		endpoint := &issuer{}
		cache, runs := hangingPrograms(t, endpoint)
		var ids []string
		for _, set := range []string{"hanging", "hanging too", "healthy"} {
			x := revocable("https://auth.example.com")
			x.Request.Form = NewForm(map[string]string{"set": set})
			if set != "healthy" {
				x = withProgram(x, "hangs")
			}
			_, id := lend(t, cache, x)
			ids = append(ids, id)
		}
		start := time.Now()
		wantLate(t, cache.Release(t.Context(), ids[0]), ProblemOverdue)
		wantLate(t, cache.Release(t.Context(), ids[1]), ProblemWaitedBefore)
		release(t, cache, ids[2])
		endpoint.want(t, "tok-3")
		if took := time.Since(start); took > revocationTime || runs.Get() != 1 {
			t.Errorf("took %s, with %d runs", took, runs.Get())
		}
	})
}

// A session is ended even if the token that rests on it cannot be revoked in time.
func TestSessionIsRevokedInTime(t *testing.T) {
	t.Parallel()
	type row struct {
		hangs func(*http.Request) bool // the requests that hang
		need  string                   // the program that the outer revocation needs; empty: none
	}
	tokentest.EachInBubble(t, map[string]row{
		"a program hangs":         {func(*http.Request) bool { return false }, "hangs"},
		"the outer request hangs": {func(r *http.Request) bool { return r.URL.Path == "/end/a" }, ""},
	}, func(t *testing.T, tc row) {
		v := newVendor()
		cache, _ := hangingPrograms(t, tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			if tc.hangs(req) {
				return tokentest.Hanging(req)
			}
			return v.RoundTrip(req)
		}))
		session := sessionExchange()
		session.Revoke = ending("/end-session", nil)
		x := apiExchange("/a", session, false)
		x.Revoke = ending("/end/a", nil)
		if tc.need != "" {
			x = withProgram(x, tc.need)
		}
		_, id := lend(t, cache, x)
		start := time.Now()
		if failed := Errors(cache.Release(t.Context(), id)); len(failed) != 1 || failed[0].Exchange.Credentials != "shop" {
			t.Errorf("the errors are %v", failed)
		}
		v.want(t, "/session", "/a ses-1", "/end-session ses-1")
		if took := time.Since(start); took > revocationTime {
			t.Errorf("took %s", took)
		}
	})
}

// Where no time is left, nothing is sent, and the host is not blamed for it.
func TestRevocationWithoutTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, endpoint := cacheAt(t)
		x := revocable("https://auth.example.com")
		_, late := lend(t, cache, x)
		other := revocable("https://auth.example.com")
		other.Request.Form = NewForm(map[string]string{"set": "other"})
		_, inTime := lend(t, cache, other)
		ctx, cancel := context.WithDeadline(t.Context(), time.Now())
		defer cancel()
		e := wantError(t, cache.Release(ctx, late), KindUnreachable)
		if e.Problem != ProblemNoTimeLeft || e.Token == nil {
			t.Errorf("the error is %v", e)
		}
		release(t, cache, inTime)
		endpoint.want(t, "tok-2")
	})
}
