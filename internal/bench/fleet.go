package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

const (
	tokensAMinute = 10 // that the endpoint gives a fleet
	mostRequests  = 2  // of a fleet with a token store
	runsPerCore   = 4  // at a time
)

// fleetRow is what the runs of a fleet came to.
type fleetRow struct {
	store                  string
	runs, requests, failed int
	clock                  time.Duration
}

func fleetsTable(fleets []fleetRow) table {
	t := table{headings: []string{"Token store", "Runs", "Requests", "Failed runs", "Time"}, texts: 1}
	for _, f := range fleets {
		t.rows = append(t.rows, []string{
			f.store, strconv.Itoa(f.runs), strconv.Itoa(f.requests), strconv.Itoa(f.failed), fmt.Sprintf("%.1f s", f.clock.Seconds()),
		})
	}
	return t
}

// storeNotes say what was done with token stores.
func storeNotes() []string {
	return []string{
		fmt.Sprintf("Fleets: the endpoint gives %d tokens a minute, and answers 429 with Retry-After to all other requests. A run is a plan with a data source "+
			"and an ephemeral resource, with max_retries = 0. All runs of a fleet begin together with an empty store, but no more than %d of them at a time, "+
			"%d for each core. Time is that of the whole fleet.", tokensAMinute, mostAtATime(), runsPerCore),
		"Warm token store: the same plan, alone, finds its token in the store. It makes no request and opens no connection to the endpoint, which is on " +
			"loopback; without a store it makes 1 request.",
	}
}

func mostAtATime() int { return runsPerCore * runtime.NumCPU() }

// tokenStore is a kind of store.
type tokenStore struct {
	name string
	// empty returns the argument of the provider block for an empty store.
	empty func() (string, error)
}

// stores are the kinds of stores that this machine has.
func (g *rig) stores() []tokenStore {
	list := []tokenStore{{"directory", g.emptyDirectory}}
	if g.redis != nil {
		list = append(list, tokenStore{"Redis", g.emptyRedis})
	}
	return list
}

func (g *rig) emptyDirectory() (string, error) {
	dir, err := os.MkdirTemp(g.dir, "store-")
	return fmt.Sprintf("  token_store = { directory = %q }\n", filepath.ToSlash(dir)), err
}

// emptyRedis has a new key, with which nothing is found that others have stored.
func (g *rig) emptyRedis() (string, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return fmt.Sprintf("  token_store = { url = %q, key = %q }\n", g.redis.URL, base64.StdEncoding.EncodeToString(key)), nil
}

// oneUser is the environment of runs of one user, who has one key file.
func (g *rig) oneUser() map[string]string {
	home := filepath.Join(g.dir, "home")
	return map[string]string{"HOME": home, "APPDATA": home}
}

// measureFleets runs fleets of each of the sizes, without a token store and with each kind.
func (g *rig) measureFleets(ctx context.Context, sizes []int) ([]fleetRow, error) {
	g.say("preparing %d working directories", slices.Max(sizes))
	spaces := make([]*clitest.Workspace, slices.Max(sizes))
	for i := range spaces {
		var err error
		c := contender{binary: g.binary, main: oneOfEach("", g.kinds(), g.endpoint()), env: g.oneUser()}
		if spaces[i], err = g.workspace(ctx, c); err != nil {
			return nil, err
		}
	}
	defer g.box.Heal(service)
	var rows []fleetRow
	for _, size := range sizes {
		without := tokenStore{none, func() (string, error) { return "", nil }}
		for _, store := range append([]tokenStore{without}, g.stores()...) {
			g.say("fleet of %d, token store: %s", size, store.name)
			row, err := g.runFleet(ctx, spaces[:size], store)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// runFleet runs a plan in each workspace. Without a store, runs may fail, at the limit of the
// endpoint only.
func (g *rig) runFleet(ctx context.Context, spaces []*clitest.Workspace, store tokenStore) (fleetRow, error) {
	block, err := store.empty()
	if err != nil {
		return fleetRow{}, err
	}
	main := oneOfEach(block+"  transport = { max_retries = 0 }\n", g.kinds(), g.endpoint())
	for _, w := range spaces {
		err = errors.Join(err, w.Write("main.tf", main))
	}
	if err != nil {
		return fleetRow{}, err
	}
	g.box.OrderAlways(service, sandbox.Limit(tokensAMinute, time.Minute))
	before, began := g.box.Requests(service), time.Now()
	results, err := planAll(ctx, spaces)
	if err != nil {
		return fleetRow{}, err
	}
	row := fleetRow{store: store.name, runs: len(spaces), requests: g.box.Requests(service) - before, clock: time.Since(began)}
	for _, result := range results {
		if result.Code == 0 {
			continue
		}
		row.failed++
		if block != "" || !strings.Contains(result.Stderr, "HTTP 429") {
			return row, result.Err()
		}
	}
	if block != "" && row.requests > mostRequests {
		return row, fmt.Errorf("a fleet of %d with the token store %s made %d token requests", row.runs, row.store, row.requests)
	}
	return row, nil
}

// planAll runs a plan in each workspace, as many at a time as mostAtATime.
func planAll(ctx context.Context, spaces []*clitest.Workspace) ([]clitest.Result, error) {
	results, errs := make([]clitest.Result, len(spaces)), make(chan error, len(spaces))
	free := make(chan struct{}, mostAtATime())
	var runs sync.WaitGroup
	for i, w := range spaces {
		runs.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			var err error
			if results[i], err = w.Run(ctx, "plan"); err != nil {
				errs <- err
			}
		})
	}
	runs.Wait()
	close(errs)
	return results, <-errs // nil if there is none
}

// compareStores compares plans that find their token in a store with a plan that requests it.
func (g *rig) compareStores(ctx context.Context, rounds int) ([]row, error) {
	const what = "plan with a warm token store"
	g.say(what)
	without := contender{name: "no token store", binary: g.binary, main: oneOfEach("", g.kinds(), g.endpoint()), requests: 1, aim: warmStoreAim}
	contenders, err := g.warm()
	if err != nil {
		return nil, err
	}
	var things []timed
	for _, c := range append([]contender{without}, contenders...) {
		w, failed := g.workspace(ctx, c)
		if failed == nil {
			_, failed = w.Do(ctx, "plan") // stores the token, if there is a store
		}
		if failed != nil {
			return nil, failed
		}
		things = append(things, g.plan(w, c))
	}
	costs, err := takeTurns(ctx, rounds, things...)
	if err != nil {
		return nil, err
	}
	var rows []row
	for i, c := range contenders {
		rows = append(rows, row{what + ", " + c.name, without.name, pair(costs[i+1], costs[0]), without.aim})
	}
	return rows, nil
}

// warm are plans with a store of each kind, which make no request.
func (g *rig) warm() ([]contender, error) {
	var list []contender
	for _, store := range g.stores() {
		block, err := store.empty()
		if err != nil {
			return nil, err
		}
		main := oneOfEach(block, g.kinds(), g.endpoint())
		list = append(list, contender{name: store.name, binary: g.binary, main: main, env: g.oneUser()})
	}
	return list, nil
}
