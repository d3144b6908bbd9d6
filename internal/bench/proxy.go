package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	turnTime    = 500 * time.Millisecond // how long a route is used in a turn
	manyStreams = 1000
)

// The ways to the API that are compared.
const (
	directName  = "direct"
	reverseName = "httputil.ReverseProxy"
	proxyName   = "apitoken_proxy"
)

// parallel are the numbers of connections at a time.
func parallel() []int { return []int{1, 256} }

// loadRow is what a route did, as medians over the rounds.
type loadRow struct {
	route                  string
	connections            int
	rate                   float64
	median, late           time.Duration
	addedMedian, addedLate time.Duration // to the direct route, within a round
	cpu                    time.Duration // for each request; 0: not known
}

// memoryRow is how much of a process is in memory, in bytes; 0: not known.
type memoryRow struct {
	route             string
	before, streaming int64
}

// measureProxy measures apitoken_proxy beside the other routes. The memory comes first, while
// the processes have done nothing yet.
func (g *rig) measureProxy(ctx context.Context, rounds int) (loads []loadRow, memory []memoryRow, err error) {
	g.say("opening a proxy")
	upstream, err := startHelper(ctx, apiRole)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, upstream.stop()) }()
	alone, err := startHelper(ctx, reverseRole, upstream.url)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, alone.stop()) }()
	opened, err := g.openProxy(ctx, upstream.url)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, opened.stop()) }()
	routes := []route{
		{name: directName, url: upstream.url, authorization: opened.Authorization},
		{name: reverseName, url: alone.url, authorization: opened.Authorization, process: alone.cmd.Process.Pid},
		{name: proxyName, url: opened.URL, authorization: opened.Authorization, process: opened.process},
	}
	g.say("%d streams", manyStreams)
	for _, r := range routes[1:] {
		row, err := r.remember(ctx)
		if err != nil {
			return nil, nil, err
		}
		memory = append(memory, row)
	}
	for _, connections := range parallel() {
		g.say("requests on %d connections", connections)
		rows, err := compareRoutes(ctx, routes, connections, rounds)
		if err != nil {
			return nil, nil, err
		}
		loads = append(loads, rows...)
	}
	return loads, memory, nil
}

// remember measures the memory of a route's process.
func (r route) remember(ctx context.Context) (memoryRow, error) {
	row := memoryRow{route: r.name, before: residentSize(r.process)}
	end, err := r.stream(ctx, manyStreams)
	if err != nil {
		return row, err
	}
	defer end()
	row.streaming = residentSize(r.process)
	return row, nil
}

// compareRoutes has routes take turns. The first one is direct.
func compareRoutes(ctx context.Context, routes []route, connections, rounds int) ([]loadRow, error) {
	var things []turn[load]
	for _, r := range routes {
		things = append(things, func(ctx context.Context) (load, error) { return r.run(ctx, connections, turnTime) })
	}
	loads, err := takeTurns(ctx, rounds, things...)
	if err != nil {
		return nil, err
	}
	var rows []loadRow
	for i, r := range routes {
		rows = append(rows, newLoadRow(r.name, connections, loads[i], loads[0]))
	}
	return rows, nil
}

// newLoadRow returns the row of a route, whose loads have the same index as the direct ones.
func newLoadRow(name string, connections int, loads, direct []load) loadRow {
	added := make([]load, len(loads))
	for i := range loads {
		added[i] = load{median: loads[i].median - direct[i].median, late: loads[i].late - direct[i].late}
	}
	return loadRow{
		route: name, connections: connections,
		rate:        medianOf(loads, func(l load) float64 { return l.rate }),
		median:      medianOf(loads, func(l load) time.Duration { return l.median }),
		late:        medianOf(loads, func(l load) time.Duration { return l.late }),
		addedMedian: medianOf(added, func(l load) time.Duration { return l.median }),
		addedLate:   medianOf(added, func(l load) time.Duration { return l.late }),
		cpu:         medianOf(loads, func(l load) time.Duration { return l.cpu }),
	}
}

func loadsTable(rows []loadRow) table {
	t := table{headings: []string{"Way to the API", "Connections", "Requests/s", "Median", "99 %", "Added, median", "Added, 99 %", "CPU/request"}, texts: 1}
	for _, r := range rows {
		cells := []string{r.route, strconv.Itoa(r.connections), fmt.Sprintf("%.0f", r.rate), micros(r.median), micros(r.late), none, none, none}
		if r.route != directName {
			cells[5], cells[6] = micros(r.addedMedian), micros(r.addedLate)
		}
		if r.cpu > 0 {
			cells[7] = micros(r.cpu)
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

func memoryTable(rows []memoryRow) table {
	t := table{headings: []string{"Resident size of the process", "At first", fmt.Sprintf("%d open streams", manyStreams), "For each stream"}, texts: 1}
	for _, r := range rows {
		cells := []string{r.route, none, none, none}
		if r.before > 0 {
			cells[1], cells[2] = megabytes(r.before), megabytes(r.streaming)
			cells[3] = fmt.Sprintf("%.0f kB", float64(r.streaming-r.before)/1e3/manyStreams)
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

func micros(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

// proxyNotes say how apitoken_proxy was measured. busy is the load average before; "": not known.
func proxyNotes(busy string) []string {
	notes := []string{
		fmt.Sprintf("Each way is used for %v a round, and the ways take turns. Added is the median of the differences to direct within a round. "+
			"All of it is plain HTTP/1.1 on loopback: a GET, and a response of %d bytes.", turnTime, smallSize),
		"Four processes share the cores: the client, the API (net/http), httputil.ReverseProxy, and the provider, which the CLI has started for an apply. " +
			"The client sends the same bytes again and again and parses nothing, so that little of the processor time is its own. " +
			"With more connections than cores, most of the latency is the wait for a core.",
		proxyName + " is the built provider, as a release is built. httputil.ReverseProxy has the same transport, no key, no token and no log. " +
			"CPU is the processor time of that process.",
		"Aims: with one connection less than 200 µs added at the median; at least 10,000 requests a second with 256 connections on two cores.",
	}
	if busy != "" {
		notes = append(notes, "Load average of the machine, in the minute before: "+busy+".")
	}
	return notes
}
