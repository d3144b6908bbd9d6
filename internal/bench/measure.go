package main

import (
	"context"
	"fmt"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// manyReferences is from where on a plan takes seconds.
const manyReferences = 1000

// contender is a provider in a plan.
type contender struct {
	name         string
	main         string // the configuration
	requests     int    // that one plan makes
	fromRegistry bool
	aim          float64 // our ratio to it
}

// requestsError says that a plan did not ask as often as it should.
type requestsError struct {
	name      string
	got, want int
}

func (e requestsError) Error() string {
	return fmt.Sprintf("a plan with %s made %d token requests, not %d", e.name, e.got, e.want)
}

// measure returns the whole table.
func (l *lab) measure(ctx context.Context, o options) ([]row, error) {
	l.say("starting the providers")
	times, err := takeTurns(ctx, o.startRounds, l.start(l.binaries.ours), l.start(l.binaries.floor))
	if err != nil {
		return nil, err
	}
	rows := []row{timeRow("start, from launch to schema", floorName, pair(times[0], times[1]), 0)}
	kinds := []string{dataKind}
	if l.cli.Ephemeral() {
		kinds = append(kinds, ephemeralKind)
	}
	for _, kind := range kinds {
		for _, count := range o.references {
			rounds := o.rounds
			if count >= manyReferences {
				rounds = o.largeRounds
			}
			more, err := l.comparePlans(ctx, kind, count, rounds)
			if err != nil {
				return nil, err
			}
			rows = append(rows, more...)
		}
	}
	return append(rows, sizeRow(floorName, l.sizes.ours, l.sizes.floor)), nil
}

// comparePlans compares plans with count references of a kind.
func (l *lab) comparePlans(ctx context.Context, kind string, count, rounds int) ([]row, error) {
	what := describe(kind, count)
	l.say("%s", what)
	others := l.others(kind, count)
	things := make([]timed, 0, 1+len(others))
	us := contender{name: ourName, main: tokens(ourName, kind, count, l.endpoint()), requests: 1}
	for _, c := range append([]contender{us}, others...) {
		w, err := l.workspace(ctx, c.main, c.fromRegistry)
		if err != nil {
			return nil, err
		}
		things = append(things, l.plan(w, c))
	}
	times, err := takeTurns(ctx, rounds, things...)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(others))
	for i, other := range others {
		rows[i] = timeRow(what, other.name, pair(times[0], times[i+1]), other.aim)
	}
	return rows, nil
}

// others are those that we are compared with: the http provider where there is
// one reference, as it would ask once for each of many.
func (l *lab) others(kind string, count int) []contender {
	floor := contender{name: floorName, main: tokens(floorName, kind, count, l.endpoint())}
	if count >= manyReferences {
		floor.aim = 1.25
	}
	if kind != dataKind || count != 1 {
		return []contender{floor}
	}
	http := contender{name: "http GET", main: httpGet(l.url + getPath), requests: 1, aim: 1}
	if l.httpPost {
		http = contender{name: "http POST", main: httpPost(l.endpoint()), requests: 1, aim: 1, fromRegistry: true}
	}
	return []contender{floor, http}
}

// plan runs a plan.
func (l *lab) plan(w *clitest.Workspace, c contender) timed {
	return func(ctx context.Context) (time.Duration, error) {
		before, started := l.box.Requests(service), time.Now()
		_, err := w.Do(ctx, "plan")
		taken := time.Since(started)
		if err != nil {
			return 0, err
		}
		if got := l.box.Requests(service) - before; got != c.requests {
			return 0, requestsError{name: c.name, got: got, want: c.requests}
		}
		return taken, nil
	}
}

// start starts a provider and asks for its schema.
func (l *lab) start(binary string) timed {
	return func(ctx context.Context) (time.Duration, error) { return launch(ctx, binary, l.dir) }
}

func describe(kind string, count int) string {
	thing := map[string]string{dataKind: "data source", ephemeralKind: "ephemeral resource"}[kind]
	if count > 1 {
		thing += "s"
	}
	return fmt.Sprintf("plan with %d %s", count, thing)
}
