package provider_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// A bubble's clock begins at midnight of 2000-01-01.
func waitFaults() []fault {
	const tooMany, unavailable = http.StatusTooManyRequests, http.StatusServiceUnavailable
	inFuture := func(d time.Duration) func(l *bubble, name string) {
		return func(l *bubble, name string) { l.Order(name, sandbox.RetryAfterDate(unavailable, time.Now().Add(d))) }
	}
	once := func(code int, value string) func(l *bubble, name string) {
		return first(sandbox.RetryAfter(code, value))
	}
	return []fault{
		{"429 with seconds", once(tooMany, "7"), well(2, 7*time.Second)},
		{"503 with seconds", once(unavailable, "7"), well(2, 7*time.Second)},
		{"502 with seconds", once(http.StatusBadGateway, "7"), well(2, 7*time.Second)},
		{"seconds as long as allowed", once(tooMany, "30"), well(2, 30*time.Second)},
		{"no seconds", once(tooMany, "0"), better(2, time.Second/2, time.Second)},
		{"no seconds each time", always(sandbox.RetryAfter(tooMany, "0")), inTheEnd(refused, "HTTP 429")},
		{"no seconds, many times over", once(unavailable, "000"), better(2, time.Second/2, time.Second)},
		{"a second each time", always(sandbox.RetryAfter(unavailable, "1")), inTheEnd(refused, "HTTP 503")},
		{"503 with a date", inFuture(9 * time.Second), well(2, 9*time.Second)},
		{"date as late as allowed", inFuture(30 * time.Second), well(2, 30*time.Second)},
		{"date in the past", inFuture(-time.Hour), better(2, time.Second/2, time.Second)},
		{"date in the past each time", always(sandbox.RetryAfter(tooMany, "Fri, 31 Dec 1999 23:59:59 GMT")), inTheEnd(refused, "HTTP 429")},
		{"seconds each time", always(sandbox.RetryAfterSeconds(tooMany, 7)), outcome{attempts, 28 * time.Second, 0, refused, []string{"HTTP 429", "Wait"}}},
		{
			"seconds each time, other ones", first(sandbox.RetryAfterSeconds(429, 2), sandbox.RetryAfterSeconds(503, 3), sandbox.RetryAfterSeconds(429, 4)),
			well(4, 9*time.Second),
		},
		{"too many seconds", once(tooMany, "66"), atOnce(toldToWait, "HTTP 429 Too Many Requests", "retry_max_wait (1m5s)", "until 2000-01-01T00:01:06Z")},
		{"date too late", inFuture(time.Hour), atOnce(toldToWait, "HTTP 503", "retry_max_wait (1m5s)", "until 2000-01-01T01:00:00Z")},
		{"huge seconds", once(tooMany, "4294967296"), atOnce(toldToWait, "HTTP 429", "for longer than a year")},
		{"more seconds than any number", once(unavailable, "99999999999999999999999"), atOnce(toldToWait, "HTTP 503", "for longer than a year")},
		{"too many seconds in the end", first(sandbox.Status(500), sandbox.RetryAfterSeconds(503, 90)), outcome{2, time.Second / 2, time.Second, toldToWait, nil}},
		{"negative seconds", once(tooMany, "-5"), better(2, time.Second/2, time.Second)},
		{"a fraction of seconds", once(tooMany, "1.5"), well(2, 2*time.Second)},
		{"an invalid fraction", once(tooMany, "1.5s"), better(2, time.Second/2, time.Second)},
		{"two numbers of seconds", once(tooMany, "1, 4"), well(2, 4*time.Second)},
		{"seconds twice", first(raw(503, "Retry-After: 3\r\nRetry-After: 5\r\n", "")), well(2, 5*time.Second)},
		{"words", once(unavailable, "soon"), better(2, time.Second/2, time.Second)},
		{"an invalid date", once(unavailable, "Mon, 99 Jan 2000 00:00:09 GMT"), better(2, time.Second/2, time.Second)},
		{"401 with seconds", always(sandbox.RetryAfterSeconds(401, 7)), atOnce(refused, "HTTP 401", "to wait until 2000-01-01T00:00:07Z")},
		{"403 with seconds", always(sandbox.RetryAfterSeconds(403, 7)), atOnce(refused, "HTTP 403", "to wait until 2000-01-01T00:00:07Z")},
		{"409 with seconds", always(sandbox.RetryAfterSeconds(409, 7)), atOnce(refused, "HTTP 409", "a limit on how often", "until 2000-01-01T00:00:07Z")},
	}
}

// dateFaults are responses of servers whose clocks are wrong, with dates of that clock.
func dateFaults() []fault {
	answering := func(date, retryAfter string) func(l *bubble, name string) {
		return first(raw(503, "Date: "+date+"\r\nRetry-After: "+retryAfter+"\r\n", ""))
	}
	const usual = time.Second
	return []fault{
		{"a clock that is ahead", answering("Sat, 01 Jan 2000 00:02:00 GMT", "Sat, 01 Jan 2000 00:02:02 GMT"), well(2, 2*time.Second)},
		{"a clock that is behind", answering("Fri, 31 Dec 1999 20:00:00 GMT", "Fri, 31 Dec 1999 20:00:09 GMT"), well(2, 9*time.Second)},
		{"a clock that is ahead, and a date that is past", answering("Sat, 01 Jan 2000 00:02:00 GMT", "Sat, 01 Jan 2000 00:01:00 GMT"), better(2, usual/2, usual)},
		{"a clock that is ahead, and seconds", answering("Sat, 01 Jan 2000 00:02:00 GMT", "3"), well(2, 3*time.Second)},
		{"no clock", answering("soon", "Sat, 01 Jan 2000 00:00:05 GMT"), well(2, 5*time.Second)},
		{"a date with a zone", answering("soon", "Sat, 01 Jan 2000 01:00:05 +0100"), well(2, 5*time.Second)},
		{"a date in UTC", answering("soon", "Sat, 1 Jan 2000 00:00:05 UTC"), well(2, 5*time.Second)},
		{"a date as JSON has it", answering("soon", "2000-01-01T00:00:04.2Z"), well(2, 5*time.Second)},
		{
			"a clock that is behind, and a date too late", answering("Fri, 31 Dec 1999 20:00:00 GMT", "Fri, 31 Dec 1999 20:30:00 GMT"),
			atOnce(toldToWait, "HTTP 503", "until 2000-01-01T00:30:00Z"),
		},
	}
}

// An interrupt ends a wait at once, whether it is a stop or a cancelled call.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	schema := newPlugin(t).schema
	ways := map[string]func(p *plugin, cancel context.CancelFunc){
		"cancelled": func(_ *plugin, cancel context.CancelFunc) { cancel() },
		"stopped":   func(p *plugin, _ context.CancelFunc) { stop(p) },
	}
	waits := map[string]sandbox.Fault{
		"for Retry-After": sandbox.RetryAfterSeconds(http.StatusServiceUnavailable, 25), "for a response": sandbox.Hang(),
		"for the rest of a body": sandbox.Announced(1000), "for the next attempt": sandbox.Status(http.StatusInternalServerError),
	}
	for way, interrupt := range ways {
		for wait, f := range waits {
			t.Run(way+"/"+wait, func(t *testing.T) {
				t.Parallel()
				forEach(t, func(t *testing.T, s service.Service, k kind) {
					t.Helper()
					inBubble(t, schema, func(l *bubble) { l.interrupted(s, k, f, interrupt) })
				})
			})
		}
	}
}

func (l *bubble) interrupted(s service.Service, k kind, f sandbox.Fault, interrupt func(*plugin, context.CancelFunc)) {
	l.t.Helper()
	const soon = time.Second / 4 // before the second attempt, whatever it waits for
	l.OrderAlways(s.Name, f)
	p := l.plugin(l.block(s.Name))
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	time.AfterFunc(soon, func() { interrupt(p, cancel) })
	began := time.Now()
	_, diags := p.ask(ctx, k, s.Name, nil)
	outcome{wait: soon}.checkWait(l.t, time.Since(began))
	checkFailure(l.t, l.box, s, diags, "Token request interrupted", []string{"interrupted"})
	if n := l.Requests(s.Name); n != 1 {
		l.t.Errorf("it was asked %d times", n)
	}
}

// After a stop no token is requested, although the CLIs still send their queue.
func TestStopped(t *testing.T) {
	schema := newPlugin(t).schema
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		inBubble(t, schema, func(l *bubble) {
			p := l.plugin(l.block(s.Name))
			stop(p)
			_, diags := p.ask(l.t.Context(), k, s.Name, nil)
			checkFailure(l.t, l.box, s, diags, "Token request interrupted", []string{"interrupted"})
			if n := l.Requests(s.Name); n != 0 {
				l.t.Errorf("it was asked %d times", n)
			}
		})
	})
}

func stop(p *plugin) {
	if _, err := p.server.StopProvider(p.t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		p.t.Error(err)
	}
}
