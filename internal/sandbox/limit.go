package sandbox

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limit counts the requests of a time that begins with the first of them.
type limit struct {
	most int
	per  time.Duration

	mu    sync.Mutex // guards the fields below
	begun time.Time
	taken int
}

// Limit answers as many requests as most in each time per, which begins with the first of
// them. The others get 429, with a Retry-After of the rest of the time. Give it to OrderAlways.
func Limit(most int, per time.Duration) Fault {
	l := &limit{most: most, per: per}
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, from source) {
		wait := l.take()
		if wait == 0 {
			from.good().write(w)
			return
		}
		seconds := (wait + time.Second - 1) / time.Second
		from.refuse(refusal{status: http.StatusTooManyRequests}).with("Retry-After", strconv.Itoa(int(seconds))).write(w)
	}}
}

// take returns how long a request would have to wait; 0: it need not.
func (l *limit) take() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !now.Before(l.begun.Add(l.per)) {
		l.begun, l.taken = now, 0
	}
	if l.taken == l.most {
		return l.begun.Add(l.per).Sub(now)
	}
	l.taken++
	return 0
}
