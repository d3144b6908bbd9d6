package diagnostic

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// triesAdvice is what to do about an endpoint that failed to the end, with the settings that would change that.
func (r *report) triesAdvice() string {
	t := r.a.Tries
	settings := "transport.max_retries"
	if t.IsCut {
		settings += " or transport.retry_max_wait"
	}
	switch {
	case r.a.Status == http.StatusNetworkAuthenticationRequired:
		return "The network of this machine answers instead of the endpoint (RFC 6585), and lets no request out before somebody has signed in. " +
			"Sign in to the network with a browser, or use another one."
	case r.a.Status == http.StatusTooManyRequests:
		advice := "The endpoint limits how often tokens are requested"
		if r.a.Wait > 0 {
			advice += ", and its last response asked for a wait of " + r.a.Wait.String()
		}
		advice += ". Wait, or raise " + settings + "."
		if !r.set.HasStore {
			advice += " With token_store, many runs share one token."
		}
		return advice
	case t.Attempts > 1:
		return "The endpoint is failing, and kept failing when the request was repeated. Try later, or raise " + settings + "."
	}
	return "The endpoint failed, and the request was not repeated. Try later, or raise transport.max_retries."
}

// limitAdvice is what more to do about a limit without Retry-After: most such limits are by the minute.
func (r *report) limitAdvice() string {
	if r.a.Status != http.StatusTooManyRequests || r.a.Wait > 0 {
		return ""
	}
	var minute string
	if retries, waits := r.a.Tries.ForMinute(); retries > r.a.Tries.MaxRetries {
		minute = fmt.Sprintf("If the limit is by the minute, transport.max_retries = %d waits for %s to %s.",
			retries, (waits / 2).Round(time.Second), waits)
	}
	return join(r.resetSentence(), minute)
}

// resetSentence says when a limit without Retry-After ends, if another header tells.
func (r *report) resetSentence() string {
	name, number := r.a.Header.LimitReset()
	if name == "" {
		return ""
	}
	return fmt.Sprintf("The response has no Retry-After, but %s: %s.", name, limitEnd(number))
}

// limitEnd writes when a limit ends: at a time, or after seconds, depending on the service.
func limitEnd(number uint64) string {
	const oldest, inMilliseconds = 1_000_000_000, 1_000_000_000_000
	switch {
	case number >= inMilliseconds:
		return time.UnixMilli(int64(number)).UTC().Format(time.RFC3339) //nolint:gosec // it has 43 bits
	case number >= oldest:
		return time.Unix(int64(number), 0).UTC().Format(time.RFC3339)
	}
	return strconv.FormatUint(number, 10)
}

// waitUntil words the error of a response that asks for a wait longer than is allowed.
func (r *report) waitUntil() message {
	m := message{problem: "it asks to wait " + howLong(r.e), vendor: r.a.Message()}
	switch {
	case r.e.Purpose == token.ForRevocation: // there is nothing to run again, and no time for a longer wait
	case r.e.RetryAt.IsZero():
		m.advice = "Most likely that is a mistake of the endpoint. Run again later; if it persists, ask the vendor."
	default:
		m.problem += fmt.Sprintf(", longer than transport.retry_max_wait (%s) allows", r.e.Tries.Longest)
		m.advice = "Run again after that time, or raise transport.retry_max_wait."
	}
	return r.staysValid(m)
}

// limited is what a refusal is that is a limit.
const limited = "The response says when to try again, so this is a limit on how often tokens are requested, and not on what the client may do."

// untilWhen puts first when the endpoint wants to be asked again, unless that time was waited for already.
func (r *report) untilWhen(m message) message {
	wait := howLong(r.e)
	if wait == "" || token.IsTemporary(r.a.Status) {
		return m
	}
	if r.e.RetryAt.IsZero() {
		wait += "; most likely that is a mistake"
	}
	limit, rest := "This may be a limit on requests.", m.advice
	if after, ok := strings.CutPrefix(m.advice, limited); ok {
		limit, rest = limited, after
	}
	m.advice = join(limit, "It asks to wait "+wait+".", strings.TrimSpace(rest))
	return m
}

// shortLived words the error of a token that lives less long than wanted.
func (r *report) shortLived() message {
	t := r.e.Token
	lifetime, _ := t.Lifetime()
	what := "token"
	if r.set.Service.IsLocal {
		what = "JWT"
	}
	m := message{
		problem: fmt.Sprintf("a new %s is valid for %s, until %s", what, lifetime, t.ExpiresAt.Format(time.RFC3339)),
		clock:   clockSentence(t.ClockAhead),
		advice:  "Lower min_remaining, or ask the vendor for tokens that live longer.",
	}
	limit, remedy := r.limit()
	switch {
	case limit != "" && lifetime > 0:
		m.problem += limit
		m.advice, m.isFinal = remedy, true
	case r.set.Service.IsLocal:
		m.advice = "Raise lifetime of the set, or lower min_remaining. If claims has an exp or iat, leave it out there."
	case lifetime <= 0:
		m.problem = fmt.Sprintf("a new token had already expired when it arrived: at %s, %s before it was requested", t.ExpiresAt.Format(time.RFC3339), -lifetime)
		m.advice = "The token had expired already, so a lower min_remaining does not help. Check the clocks of this machine and of the endpoint, and where " +
			"the time of expiry comes from: the response, or exp of the token."
	}
	m.problem += fmt.Sprintf(", and min_remaining asks for %s, until %s", r.e.MinRemaining, t.IssuedAt.Add(r.e.MinRemaining).Format(time.RFC3339))
	var stay []string
	for _, failed := range r.e.Also {
		stay = append(stay, r.alsoValid(failed))
	}
	m.details = strings.Join(stay, "\n\n")
	return m
}

// alsoValid words why the token of a failed request, or one that it needed, was not revoked.
func (r *report) alsoValid(failed *token.Error) string {
	which, set := "The token", r.set
	if x := failed.Exchange; x.Service != r.x.Service || x.Credentials != r.x.Credentials {
		set = r.set.Other(x)
		which = fmt.Sprintf("The token of %s, which this one needed,", set.named())
	}
	also := about(failed, set)
	return which + " was not revoked and stays valid until it expires. " + also.headline(also.message())
}

// limit says that the token of another set ends first, and what to do; "" if none does.
func (r *report) limit() (limit, advice string) {
	set, ok := r.other(r.e.Token.LimitedBy)
	if !ok {
		return "", ""
	}
	return fmt.Sprintf(", when the token of its source %s ends (%s), which the API gets too", r.own(r.e.Token.LimitedBy), set.named()),
		fmt.Sprintf("Lower min_remaining, or see to it that the tokens of credential set %q live longer.", set.Name)
}
