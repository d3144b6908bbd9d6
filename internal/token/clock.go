package token

import (
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

const (
	clockTolerance = 5 * time.Second // how far apart two clocks may be before anybody is told
	// year is a difference with which nobody can tell which of two clocks is wrong, or
	// whether the Date of a response is one.
	year = 365 * 24 * time.Hour
)

// clockAhead returns by how much this machine's clock is ahead of the server's,
// less than 0 if it is behind, by the Date of a response between sent and received;
// 0 if the two agree, or if nobody can tell.
func clockAhead(header answer.Header, sent, received time.Time) time.Duration {
	date, ok := header.Date()
	if !ok || header.IsFromCache() { // a cache has kept the response
		return 0
	}
	var ahead time.Duration
	switch {
	case date.Before(sent):
		ahead = sent.Sub(date)
	case date.After(received):
		ahead = received.Sub(date)
	}
	if ahead.Abs() <= clockTolerance || ahead.Abs() > year {
		return 0
	}
	return ahead.Round(time.Second)
}
