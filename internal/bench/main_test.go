package main

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	o := clitest.Must(parse([]string{"-rounds", "3", "-references", "1,20", "-memory", "4", "-fleets", "2,3", "-mirror", "some/dir", "-write", "-benchtime", "3x"}, io.Discard))(t)
	want := options{
		rounds: 3, largeRounds: 7, startRounds: 31, references: []int{1, 20}, memory: []int{4}, fleets: []int{2, 3},
		mirror: "some/dir", write: true, benchtime: "3x",
	}
	if diff := cmp.Diff(want, o, cmp.AllowUnexported(options{})); diff != "" {
		t.Error(diff)
	}
	for _, args := range [][]string{
		{"-rounds", "0"},
		{"-large-rounds", "-1"},
		{"-start-rounds", "0"},
		{"-references", ""},
		{"-references", "1,0"},
		{"-references", "many"},
		{"-fleets", "0"},
		{"-memory", "0"},
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
	want := options{
		rounds: 15, largeRounds: 7, startRounds: 31, references: []int{1, 100, 1000}, memory: []int{1, 1000, 3000}, fleets: []int{1, 8, 64}, benchtime: "1s",
	}
	if diff := cmp.Diff(want, o, cmp.AllowUnexported(options{})); diff != "" {
		t.Error(diff)
	}
}
