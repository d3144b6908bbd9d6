package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// manyReferences is the number of references from which a plan takes seconds.
const manyReferences = 1000

// The highest ratios to the quiet floor that we aim for. For a start, the aim
// holds for the ratio to the floor as well.
const (
	startAim          = 1.10
	oneReferenceAim   = 1.02
	manyReferencesAim = 1.10
)

// warmStoreAim is the highest ratio of a plan with a warm token store to the same plan without
// a store, also of processor time.
const warmStoreAim = 1.05

// contender is a provider in a plan.
type contender struct {
	name     string
	binary   string            // "" where it comes from its registry
	main     string            // the configuration
	env      map[string]string // of the CLI and its plugins
	requests int               // that one plan makes
	aim      float64           // our ratio to it
}

// quiet turns the plugin library's own log off, as this provider does by
// itself where nobody has asked for a log.
func quiet() map[string]string { return map[string]string{"TF_LOG_SDK": "off"} }

// measure returns the whole table.
func (g *rig) measure(ctx context.Context, o options) ([]row, error) {
	rows, err := g.compareStarts(ctx, o.startRounds)
	if err != nil {
		return nil, err
	}
	for _, kind := range g.kinds() {
		for _, count := range o.references {
			rounds := o.rounds
			if count >= manyReferences {
				rounds = o.largeRounds
			}
			more, failed := g.comparePlans(ctx, kind, count, rounds)
			if failed != nil {
				return nil, failed
			}
			rows = append(rows, more...)
		}
	}
	return append(rows, sizeRow(floorName, g.sizes.ours, g.sizes.floor)), nil
}

// kinds are the kinds of references that the CLI knows.
func (g *rig) kinds() []string {
	if g.cli.Ephemeral() {
		return []string{dataKind, ephemeralKind}
	}
	return []string{dataKind}
}

// compareStarts compares the providers' starts.
func (g *rig) compareStarts(ctx context.Context, rounds int) ([]row, error) {
	g.say("starting the providers")
	costs, err := takeTurns(ctx, rounds,
		g.start(g.binaries.ours, nil), g.start(g.binaries.floor, nil), g.start(g.binaries.floor, quiet()))
	if err != nil {
		return nil, err
	}
	const what = "start, from launch to schema"
	return []row{
		timeRow(what, floorName, pair(costs[0], costs[1]), startAim),
		timeRow(what, quietName, pair(costs[0], costs[2]), startAim),
	}, nil
}

// comparePlans compares plans with count references of a kind.
func (g *rig) comparePlans(ctx context.Context, kind string, count, rounds int) ([]row, error) {
	what := describe(kind, count)
	g.say("%s", what)
	others := g.others(kind, count)
	things := make([]timed, 0, 1+len(others))
	us := contender{name: ourName, binary: g.binaries.ours, main: tokens(ourName, kind, count, g.endpoint()), requests: 1}
	for _, c := range append([]contender{us}, others...) {
		w, err := g.workspace(ctx, c)
		if err != nil {
			return nil, err
		}
		things = append(things, g.plan(w, c))
	}
	costs, err := takeTurns(ctx, rounds, things...)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(others))
	for i, other := range others {
		rows[i] = timeRow(what, other.name, pair(costs[0], costs[i+1]), other.aim)
	}
	return rows, nil
}

// others are those that we are compared with: the http provider where there is
// one reference, as it would ask once for each of many.
func (g *rig) others(kind string, count int) []contender {
	floor := contender{name: floorName, binary: g.binaries.floor, main: tokens(floorName, kind, count, g.endpoint())}
	silent := floor
	silent.name, silent.env = quietName, quiet()
	switch {
	case count >= manyReferences:
		silent.aim = manyReferencesAim
	case count == 1:
		silent.aim = oneReferenceAim
	}
	if kind != dataKind || count != 1 {
		return []contender{floor, silent}
	}
	http := contender{name: "http GET", binary: g.http, main: httpGet(g.url + getPath), requests: 1, aim: 1}
	if g.httpPost {
		http = contender{name: "http POST", main: httpPost(g.endpoint()), requests: 1, aim: 1}
	}
	return []contender{floor, silent, http}
}

// plan runs a plan, with a newly written binary.
func (g *rig) plan(w *clitest.Workspace, c contender) timed {
	return func(ctx context.Context) (cost, error) {
		if c.binary != "" {
			if err := rewrite(c.binary); err != nil {
				return cost{}, err
			}
		}
		before, connections, started := g.box.Requests(service), g.connections.Load(), time.Now()
		result, err := w.Do(ctx, "plan")
		taken := cost{clock: time.Since(started), cpu: result.CPU}
		if err != nil {
			return cost{}, err
		}
		if got := g.box.Requests(service) - before; got != c.requests {
			return cost{}, fmt.Errorf("a plan with %s made %d token requests, not %d", c.name, got, c.requests)
		}
		if got := g.connections.Load() - connections; int(got) != c.requests {
			return cost{}, fmt.Errorf("a plan with %s opened %d connections for %d token requests", c.name, got, c.requests)
		}
		return taken, nil
	}
}

// start starts a newly written provider, and asks for its schema. It does so twice
// and measures the second time: a binary starts sooner after itself than after
// another one, and two of the contenders are the same binary.
func (g *rig) start(binary string, env map[string]string) timed {
	return func(ctx context.Context) (cost, error) {
		if err := rewrite(binary); err != nil {
			return cost{}, err
		}
		if _, err := launch(ctx, binary, g.dir, env); err != nil {
			return cost{}, err
		}
		return launch(ctx, binary, g.dir, env)
	}
}

func describe(kind string, count int) string {
	thing := map[string]string{dataKind: "data source", ephemeralKind: "ephemeral resource"}[kind]
	if count > 1 {
		thing += "s"
	}
	return fmt.Sprintf("plan with %d %s", count, thing)
}

// cost is what doing a thing once took: time on the clock, and time of the
// processors, which changes less with what else the machine does.
type cost struct{ clock, cpu time.Duration }

// turn does one thing and says what came of it.
type turn[T any] func(context.Context) (T, error)

// timed does one thing and says what it took.
type timed = turn[cost]

// takeTurns does each thing once unmeasured, so that files are cached, and then
// all of them in turn, round after round, each round beginning with another
// one: what comes before a thing may help or hinder it. It returns a list of
// results for each thing, in which the same index is the same round.
func takeTurns[T any](ctx context.Context, rounds int, things ...turn[T]) ([][]T, error) {
	results := make([][]T, len(things))
	for round := range rounds + 1 {
		for turn := range things {
			i := (round + turn) % len(things)
			result, err := things[i](ctx)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				results[i] = append(results[i], result)
			}
		}
	}
	return results, nil
}

// pairs is what two lists of costs come to.
type pairs struct {
	rounds           int
	ours, other      time.Duration // medians, on the clock
	ratio, low, high float64       // of ours to other, within a round: the median and the quartiles
	cpu              float64       // the median of the ratios of processor time; 0: not known
}

// pair compares two lists of equal length, which must not be empty.
func pair(ours, other []cost) pairs {
	ratios := make([]float64, len(ours))
	cpu := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i].clock.Seconds() / other[i].clock.Seconds()
		if other[i].cpu > 0 {
			cpu[i] = ours[i].cpu.Seconds() / other[i].cpu.Seconds()
		}
	}
	low, high := quartiles(ratios)
	return pairs{
		rounds: len(ratios), ours: median(clocks(ours)), other: median(clocks(other)),
		ratio: median(ratios), low: low, high: high, cpu: median(cpu),
	}
}

func clocks(costs []cost) []time.Duration {
	times := make([]time.Duration, len(costs))
	for i, c := range costs {
		times[i] = c.clock
	}
	return times
}

// quartiles have the middle half of a list between them.
func quartiles(of []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(of))
	left := len(sorted) / 4
	return sorted[left], sorted[len(sorted)-1-left]
}

// median is the mean of the two in the middle where there is no single one.
func median[N time.Duration | float64](of []N) N {
	sorted := slices.Sorted(slices.Values(of))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
