package diagnostic

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// An error about what may be temporary says how often and for how long the
// endpoint was asked, and names the settings that would have changed that.
func TestTries(t *testing.T) {
	t.Parallel()
	const failing, failed, again, limit, longer = "The endpoint is failing", "The endpoint failed, and the request was not repeated.", "kept failing when the request was repeated", "limits how often", "transport.retry_max_wait"
	type row struct {
		status    int // 0: no answer
		retries   int
		longest   time.Duration
		after     string // Retry-After
		says, not []string
	}
	tokentest.EachInBubble(t, map[string]row{
		"503":                     {503, 4, time.Minute, "", []string{"HTTP 503 Service Unavailable (after 5 attempts in 15s).", failing, again}, []string{longer}},
		"503, waits cut":          {503, 4, 2 * time.Second, "", []string{"(after 5 attempts in 7s)", "raise transport.max_retries or " + longer}, nil},
		"503, waits just whole":   {503, 2, 2 * time.Second, "", []string{"(after 3 attempts in 3s)"}, []string{longer}},
		"503, short waits":        {503, 2, time.Second / 10, "", []string{"Unavailable (after 3 attempts)."}, nil},
		"503, asked once":         {503, 0, time.Minute, "", []string{"HTTP 503 Service Unavailable.", failed}, []string{again, longer, "attempts in"}},
		"429":                     {429, 4, time.Minute, "", []string{"(after 5 attempts in 15s)", limit, "raise transport.max_retries."}, []string{longer}},
		"429, waits cut":          {429, 5, 10 * time.Second, "", []string{"(after 6 attempts in 25s)", "transport.max_retries or " + longer}, nil},
		"429, asked once":         {429, 0, time.Minute, "", []string{"HTTP 429 Too Many Requests.", limit, "transport.max_retries."}, []string{longer, "attempts"}},
		"429, waits asked for":    {429, 2, time.Minute, "20", []string{"(after 3 attempts in 40s)", limit, "a wait of 20s", "With token_store"}, []string{longer}},
		"429, a wait too long":    {429, 2, time.Minute, "61", []string{longer}, []string{"attempts"}},
		"no response":             {0, 3, time.Minute, "", []string{"(after 4 attempts in 7s)"}, nil},
		"no response, asked once": {0, 0, time.Minute, "", nil, []string{"attempt"}},
		"a refusal":               {403, 3, time.Minute, "", nil, []string{"attempt"}},
	}, func(t *testing.T, tc row) {
		runtime := testRuntime()
		runtime.Random = strings.NewReader("") // no jitter
		client := clientWith(t, transport.Settings{Timeout: time.Second, MaxRetries: tc.retries, RetryMaxWait: tc.longest}, runtime)
		client.Transport().Client(nil).Transport = tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
			if tc.status == 0 {
				return nil, errors.New("fake failure")
			}
			return tokentest.Response(tc.status, http.Header{"Retry-After": {tc.after}}, "{}"), nil
		})
		_, err := do(t, client, testExchange(tokenURL))
		wantSaid(t, err.Error(), tc.says, tc.not)
	})
}

// A limit by the minute needs more attempts than there are by default: the waits
// together are a minute at least, however they are shortened at random.
func TestAdviceOfALimitByTheMinute(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tries  token.Tries
		header http.Header
		says   string
		never  string
	}{
		"the default":     {token.Tries{Attempts: 5, MaxRetries: 4, Longest: 65 * time.Second}, nil, "transport.max_retries = 7 waits for 1m4s to 2m7s.", ""},
		"asked once":      {token.Tries{Attempts: 1, Longest: 65 * time.Second}, nil, "transport.max_retries = 7 waits for 1m4s to 2m7s.", ""},
		"waits that end":  {token.Tries{Attempts: 5, MaxRetries: 4, Longest: 10 * time.Second}, nil, "transport.max_retries = 15 waits for 1m3s to 2m5s.", ""},
		"short waits":     {token.Tries{Attempts: 5, MaxRetries: 4, Longest: time.Second}, nil, "raise transport.max_retries", "transport.max_retries ="},
		"enough retries":  {token.Tries{Attempts: 8, MaxRetries: 7, Longest: 65 * time.Second}, nil, "raise transport.max_retries", "transport.max_retries ="},
		"a time":          {token.Tries{Attempts: 5, MaxRetries: 4, Longest: 65 * time.Second}, http.Header{"Retry-After": {"20"}}, "raise transport.max_retries", "transport.max_retries ="},
		"Okta":            {token.Tries{Attempts: 5}, http.Header{"X-Rate-Limit-Reset": {"1772366460"}}, "The response has no Retry-After, but X-Rate-Limit-Reset: 2026-03-01T12:01:00Z.", "1772366460"},
		"seconds":         {token.Tries{Attempts: 5}, http.Header{"Ratelimit-Reset": {"30"}}, "The response has no Retry-After, but RateLimit-Reset: 30.", ""},
		"both":            {token.Tries{Attempts: 5}, http.Header{"Retry-After": {"20"}, "X-Ratelimit-Reset": {"30"}}, "raise transport.max_retries", "Reset"},
		"what is no time": {token.Tries{Attempts: 5}, http.Header{"X-Ratelimit-Reset": {"hush"}}, "raise transport.max_retries", "Reset"},
	} {
		a := newAnswer(testExchange(tokenURL), http.StatusTooManyRequests, tc.header, []byte("{}"), noon())
		a.Tries = tc.tries
		a.Wait, _ = a.Header.Wait(noon())
		t.Log(name)
		var never []string
		if tc.never != "" {
			never = []string{tc.never}
		}
		wantSaid(t, refuse(t, testExchange(tokenURL), a).Advice, []string{tc.says}, never)
	}
}
