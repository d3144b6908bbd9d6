package main

import (
	"io"
	"slices"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	o := clitest.Must(parse([]string{"-rounds", "3", "-references", "1,20", "-fleets", "2,3", "-http-post", "-write", "-benchtime", "3x"}, io.Discard))(t)
	if o.rounds != 3 || !o.httpPost || !o.write || o.benchtime != "3x" || !slices.Equal(o.references, []int{1, 20}) || !slices.Equal(o.fleets, []int{2, 3}) {
		t.Errorf("got %+v", o)
	}
	for _, args := range [][]string{
		{"-rounds", "0"},
		{"-large-rounds", "-1"},
		{"-start-rounds", "0"},
		{"-references", ""},
		{"-references", "1,0"},
		{"-references", "many"},
		{"-fleets", "0"},
		{"-only", "more"},
		{"more"},
	} {
		if _, err := parse(args, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	for _, only := range parts() {
		o := clitest.Must(parse([]string{"-only", only}, io.Discard))(t)
		for _, part := range parts() {
			if !clitest.Must(parse(nil, io.Discard))(t).has(part) || o.has(part) != (part == only) {
				t.Errorf("only %s: %s is measured: %v", only, part, o.has(part))
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	o := clitest.Must(parse(nil, io.Discard))(t)
	if !slices.Equal(o.references, []int{1, 100, 1000}) || !slices.Equal(o.fleets, []int{1, 8, 64}) || o.rounds != 15 || o.largeRounds != 7 || o.httpPost || o.write {
		t.Errorf("got %+v", o)
	}
}
