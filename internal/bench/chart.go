package main

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// The chart's measures, in pixels.
const (
	plotLeft   = 370
	plotRight  = 670
	chartTop   = 78
	lineHeight = 26
	chartFoot  = 64
)

// The chart shows ratios from chartLeast to chartMost at least, and never more
// than chartLimit: a round in which the machine was busy elsewhere would squeeze all others.
const (
	chartLeast = 0.8
	chartMost  = 1.2
	chartLimit = 2.0
)

// mark is a row in the chart.
type mark struct {
	What, Against, Ratio string
	Text                 string  // for those who do not see it
	Y                    float64 // of its middle
	Low, Median, High    float64
	Aim                  float64
	HasRange, HasAim     bool
}

// tick is a line of the scale.
type tick struct {
	X    float64
	Text string
	One  bool
}

// picture is what the template draws.
type picture struct {
	Machine     string
	Marks       []mark
	Ticks       []tick
	Height      float64
	Top, Bottom float64 // of the plot
}

// chart draws the ratios as SVG, which html/template escapes as it does HTML.
func (r report) chart() (string, error) {
	parsed, err := template.New("chart").Parse(chartTemplate)
	if err != nil {
		return "", err
	}
	bottom := float64(chartTop + len(r.rows)*lineHeight)
	s := newScale(r.rows)
	p := picture{
		Machine: r.machine, Ticks: s.ticks(),
		Height: bottom + chartFoot, Top: chartTop, Bottom: bottom,
	}
	for i, row := range r.rows {
		p.Marks = append(p.Marks, s.mark(row, chartTop+(float64(i)+0.5)*lineHeight))
	}
	var drawn strings.Builder
	err = parsed.Execute(&drawn, p)
	return drawn.String(), err
}

// scale turns ratios into places.
type scale struct{ least, most float64 }

// newScale covers all rows, in whole tenths.
func newScale(rows []row) scale {
	s := scale{least: chartLeast, most: chartMost}
	for _, r := range rows {
		for _, value := range []float64{r.ratio, r.low, r.high, r.aim} {
			if value > 0 {
				s.least, s.most = min(s.least, value), max(s.most, value)
			}
		}
	}
	return scale{least: math.Floor(s.least*10) / 10, most: math.Ceil(min(s.most, chartLimit)*10) / 10}
}

// x is where a ratio stands; what the scale does not cover stands at its end.
func (s scale) x(ratio float64) float64 {
	share := (min(max(ratio, s.least), s.most) - s.least) / (s.most - s.least)
	return math.Round(10*(plotLeft+share*(plotRight-plotLeft))) / 10
}

// ticks are one a tenth, or one a fifth where those would be too many.
func (s scale) ticks() []tick {
	step := 1
	if s.most-s.least > 0.7 {
		step = 2
	}
	var ticks []tick
	for tenth := int(math.Round(s.least * 10)); tenth <= int(math.Round(s.most*10)); tenth++ {
		if tenth%step == 0 {
			ticks = append(ticks, tick{X: s.x(float64(tenth) / 10), Text: fmt.Sprintf("%.1f", float64(tenth)/10), One: tenth == 10})
		}
	}
	return ticks
}

func (s scale) mark(r row, y float64) mark {
	m := mark{
		What: r.what, Against: r.against, Ratio: ratio(r.ratio), Y: y,
		Low: s.x(r.low), Median: s.x(r.ratio), High: s.x(r.high), Aim: s.x(r.aim),
		HasRange: r.high > 0, HasAim: r.aim > 0,
	}
	m.Text = fmt.Sprintf("%s, against %s: ratio %s", r.what, r.against, ratio(r.ratio))
	if m.HasRange {
		m.Text += fmt.Sprintf(", half of them from %s to %s", ratio(r.low), ratio(r.high))
	}
	if m.HasAim {
		m.Text += fmt.Sprintf(", aim at most %s", ratio(r.aim))
	}
	return m
}
