package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// drawn returns a chart of the report, and the character data and attributes in it.
func drawn(t *testing.T, r report) (chart string, texts []string) {
	t.Helper()
	chart, err := r.chart()
	if err != nil {
		t.Fatal(err)
	}
	decoder := xml.NewDecoder(strings.NewReader(chart))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return chart, texts
		}
		if err != nil {
			t.Fatalf("it is no XML: %v\n%s", err, chart)
		}
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			texts = append(texts, string(text))
		}
	}
}

// What is in a report is text in the chart, whatever it looks like.
func TestChartEscapes(t *testing.T) {
	t.Parallel()
	_, texts := drawn(t, someReport())
	all := strings.Join(texts, "\n")
	for _, want := range []string{
		"2 cores, <linux>",
		`plan with 1 data source, against a|b <c> & "d": ratio 1.234, half of them from 0.900 to 1.500. `,
		"plan with 1000 data sources, against http GET: ratio 1.234, half of them from 0.900 to 1.500, aim at most 1.250. ",
		"stripped binary, against floor: ratio 1.890. ",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
}

func TestChartDraws(t *testing.T) {
	t.Parallel()
	chart, _ := drawn(t, someReport())
	// The scale goes from 0.8 to 1.9 over 300 pixels from 370 on.
	const want = `<g transform="translate(0 117)"><title>plan with 1000 data sources, against http GET: ratio 1.234, half of them from 0.900 to 1.500, aim at most 1.250</title>
<text x="16" y="4">plan with 1000 data sources</text><text class="faint" x="270" y="4">http GET</text><text class="end" x="724" y="4">1.234</text>
<line class="range" x1="397.3" x2="560.9" y1="0" y2="0"/><line class="aim" x1="492.7" x2="492.7" y1="-8" y2="8"/><circle class="median" cx="488.4" r="5"/></g>
<g transform="translate(0 143)"><title>stripped binary, against floor: ratio 1.890</title>
<text x="16" y="4">stripped binary</text><text class="faint" x="270" y="4">floor</text><text class="end" x="724" y="4">1.890</text>
<circle class="median" cx="667.3" r="5"/></g>
`
	if !strings.Contains(chart, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, chart))
	}
	for _, want := range []string{
		`<svg xmlns="http://www.w3.org/2000/svg" width="740" height="220" viewBox="0 0 740 220" role="img" aria-labelledby="title desc">`,
		`<title id="title">`, `<desc id="desc">`, "prefers-color-scheme: dark", `class="one" x1="424.5"`,
	} {
		if !strings.Contains(chart, want) {
			t.Errorf("%s is missing in\n%s", want, chart)
		}
	}
}

func TestScale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows  []row
		want  scale
		ticks string
	}{
		{nil, scale{0.8, 1.2}, "0.8 0.9 1.0 1.1 1.2"},
		{[]row{{ratio: 1.01, low: 0.67, high: 1.33}}, scale{0.6, 1.4}, "0.6 0.8 1.0 1.2 1.4"},
		{[]row{{ratio: 1.1, low: 1, high: 9.3, aim: 1.5}}, scale{0.8, 2}, "0.8 1.0 1.2 1.4 1.6 1.8 2.0"},
	} {
		s := newScale(c.rows)
		if s != c.want {
			t.Errorf("%v: scale %v, want %v", c.rows, s, c.want)
		}
		var ticks []string
		for _, tick := range s.ticks() {
			ticks = append(ticks, tick.Text)
		}
		if got := strings.Join(ticks, " "); got != c.ticks {
			t.Errorf("%v: ticks %s, want %s", c.rows, got, c.ticks)
		}
		if s.x(0) != plotLeft || s.x(99) != plotRight {
			t.Errorf("%v: the scale runs from %v to %v", c.rows, s.x(0), s.x(99))
		}
	}
}
