package main

import (
	"context"
	"fmt"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// manyReferences is the number of references from which a plan takes seconds.
const manyReferences = 1000

// warmStoreAim is the highest ratio of the processor time of a plan with a warm token store to
// that of the same plan without a store.
const warmStoreAim = 1.05

// anyRequests says that the number of token requests is measured, and not known before.
const anyRequests = -1

// contender is a provider in a plan.
type contender struct {
	name     string
	binary   string            // that each turn writes anew; "": none
	main     string            // the configuration
	env      map[string]string // of the CLI and its plugins
	requests int               // that one plan makes, or anyRequests
	aim      float64           // our ratio to it; 0: none
}

// comparison is plans that take turns: ours, and those it is compared with.
type comparison struct {
	what   string
	rounds int
	ours   contender
	others []contender
}

// comparisons are the plans of the first table.
func (g *rig) comparisons(o options) []comparison {
	var list []comparison
	for _, kind := range g.kinds() {
		for _, count := range o.references {
			rounds := o.rounds
			if count >= manyReferences {
				rounds = o.largeRounds
			}
			list = append(list, comparison{
				what: describe(kind, count), rounds: rounds,
				ours: g.ours(tokens(kind, count, g.endpoint()), 1), others: g.others(kind, count),
			})
		}
	}
	const few, many = 20, 100
	oneSet := g.ours(sets(1, 1, g.endpoint()), 1)
	oneSet.name = "1 credential set"
	manySets := g.ours(sets(few, few, g.endpoint()), few)
	manySets.name = fmt.Sprintf("%d credential sets, all used", few)
	return append(list,
		comparison{fmt.Sprintf("plan with %d credential sets, 1 used", many), o.rounds, g.ours(sets(many, 1, g.endpoint()), 1), []contender{oneSet}},
		comparison{"plan with " + manySets.name, o.rounds, manySets, []contender{oneSet}},
		comparison{fmt.Sprintf("plan with %d provider aliases", few), o.rounds, g.ours(aliases(few, g.endpoint()), few), []contender{manySets}},
	)
}

// ours is this provider with a configuration.
func (g *rig) ours(main string, requests int) contender {
	return contender{name: ourName, binary: g.binary, main: main, requests: requests}
}

// others are the other providers that can get a token, or what a token endpoint answers. Each
// has its own request for each reference, or more.
func (g *rig) others(kind string, count int) []contender {
	var list []contender
	add := func(peer, name, main string, requests int) {
		if p, ok := g.peers[peer]; ok {
			list = append(list, contender{name: fmt.Sprintf("%s %s, %s", peer, p.Version, name), main: main, requests: requests})
		}
	}
	if kind == ephemeralKind {
		add("restful", "POST", restful(count, g.endpoint()), count)
		return list
	}
	if g.peers["http"].Version == oldHTTP {
		add("http", "GET", httpGet(g.url+getPath, count), count)
	} else {
		add("http", "POST", httpPost(count, g.endpoint()), count)
	}
	add("restapi", "OAuth", restapi(g.url, count, g.endpoint()), anyRequests)
	return list
}

// kinds are the kinds of references that the CLI knows.
func (g *rig) kinds() []string {
	if g.cli.Ephemeral() {
		return []string{dataKind, ephemeralKind}
	}
	return []string{dataKind}
}

// measurePlans returns the table of plans.
func (g *rig) measurePlans(ctx context.Context, o options) ([]row, error) {
	var rows []row
	for _, c := range g.comparisons(o) {
		if len(c.others) == 0 {
			continue
		}
		more, err := g.compare(ctx, c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// compare has the plans of a comparison take turns.
func (g *rig) compare(ctx context.Context, c comparison) ([]row, error) {
	g.say("%s", c.what)
	var things []timed
	for _, each := range append([]contender{c.ours}, c.others...) {
		w, err := g.workspace(ctx, each)
		if err != nil {
			return nil, err
		}
		things = append(things, g.plan(w, each))
	}
	costs, err := takeTurns(ctx, c.rounds, things...)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(c.others))
	for i, other := range c.others {
		rows[i] = row{c.what, other.name, pair(costs[0], costs[i+1]), other.aim}
	}
	return rows, nil
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
		taken := cost{clock: time.Since(started), cpu: result.CPU, requests: g.box.Requests(service) - before}
		if err != nil {
			return cost{}, err
		}
		if c.requests != anyRequests && taken.requests != c.requests {
			return cost{}, fmt.Errorf("a plan with %s made %d token requests, not %d", c.name, taken.requests, c.requests)
		}
		if opened := int(g.connections.Load() - connections); c.binary != "" && opened > taken.requests {
			return cost{}, fmt.Errorf("a plan with %s opened %d connections for %d token requests", c.name, opened, taken.requests)
		}
		return taken, nil
	}
}

func describe(kind string, count int) string {
	thing := map[string]string{dataKind: "data source", ephemeralKind: "ephemeral resource"}[kind]
	if count > 1 {
		thing += "s"
	}
	return fmt.Sprintf("plan with %d %s", count, thing)
}
