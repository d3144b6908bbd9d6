package answer

import (
	"errors"
	"fmt"

	"github.com/jmespath-community/go-jmespath/pkg/functions"
	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// parse parses a JMESPath expression. If the library panics, parse returns an error.
func parse(text string) (node parsing.ASTNode, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the library cannot read it")
		}
	}()
	return parsing.NewParser().Parse(text)
}

// check refuses an expression that can never find anything.
func check(node parsing.ASTNode) error {
	switch node.NodeType { //nolint:exhaustive // the others can be used
	case parsing.ASTRootNode, parsing.ASTLetExpression, parsing.ASTVariable:
		return errors.New("it uses $ or let, which cannot be used here: a path begins at the response, and has no variables")
	case parsing.ASTBinding:
		return errors.New("it has a single =: a comparison is written ==")
	case parsing.ASTFunctionExpression:
		if err := checkCall(node); err != nil {
			return err
		}
	}
	for _, child := range node.Children {
		if err := check(child); err != nil {
			return err
		}
	}
	return nil
}

// checkCall refuses the call of an unknown function, or one with the wrong number of
// arguments.
func checkCall(node parsing.ASTNode) error {
	name, _ := node.Value.(string)
	for _, f := range functions.GetDefaultFunctions() {
		if f.Name != name {
			continue
		}
		least, most := 0, len(f.Arguments)
		for _, argument := range f.Arguments {
			if !argument.Optional {
				least++
			}
			if argument.Variadic {
				most = len(node.Children)
			}
		}
		if given := len(node.Children); given < least || given > most {
			return fmt.Errorf("the function %s has %d arguments here, which is not what it accepts", name, given)
		}
		return nil
	}
	return fmt.Errorf("there is no function %s in JMESPath", name)
}

// The functions that are added to an expression. No user can write these names.
const (
	doCount   = "#count"   // counts what is evaluated once for each part
	doFlatten = "#flatten" // counts what a flatten will make
	doList    = "#list"    // makes a list of an object's values, in the order of their keys
	doNumber  = "#number"  // turns a number as it is written into one to calculate with
	doSort    = "#sort"    // doNumber for the values by which a list is sorted
	doCompare = "#compare" // turns all numbers in a value into ones that are compared by value
)

// ready returns the expression with functions added. Numbers stay as the endpoint wrote
// them until something calculates with them, lists are made in a fixed order, and what
// takes time or memory is counted first.
func ready(node parsing.ASTNode) parsing.ASTNode {
	parts := make([]parsing.ASTNode, 0, len(node.Children))
	for _, child := range node.Children {
		parts = append(parts, ready(child))
	}
	node.Children = parts
	switch node.NodeType {
	case parsing.ASTComparator, parsing.ASTArithmeticExpression, parsing.ASTArithmeticUnaryExpression:
		name := doNumber
		if node.Value == parsing.TOKEQ || node.Value == parsing.TOKNE {
			name = doCompare
		}
		for i := range parts {
			parts[i] = call(name, parts[i], 1)
		}
	case parsing.ASTSlice:
		node.Value = inBounds(node.Value)
	case parsing.ASTMultiSelectList, parsing.ASTMultiSelectHash:
		return call(doCount, node, 1)
	case parsing.ASTFunctionExpression:
		readyArguments(node)
	default:
		return readyLoop(node)
	}
	return node
}

// readyLoop adds counting to an expression that is evaluated for each part of a value.
func readyLoop(node parsing.ASTNode) parsing.ASTNode {
	parts := node.Children
	switch node.NodeType { //nolint:exhaustive // the others have no parts of the kind
	case parsing.ASTFlatten:
		parts[0] = call(doFlatten, parts[0], 1)
	case parsing.ASTValueProjection:
		node.NodeType = parsing.ASTProjection
		parts[0] = call(doList, parts[0], size(node))
	case parsing.ASTProjection, parsing.ASTFilterProjection:
		if parts[0].NodeType != parsing.ASTIndexExpression || parts[0].Children[1].NodeType != parsing.ASTSlice { // the library looks at what is there
			parts[0] = call(doCount, parts[0], size(node))
		}
	case parsing.ASTExpRef:
		parts[0] = call(doCount, parts[0], size(node))
	}
	return node
}

// readyArguments makes functions that sort by an expression sort by numbers.
func readyArguments(node parsing.ASTNode) {
	for _, argument := range node.Children {
		if argument.NodeType == parsing.ASTExpRef && (node.Value == "sort_by" || node.Value == "max_by" || node.Value == "min_by") {
			argument.Children[0] = call(doSort, argument.Children[0], 1)
		}
	}
}

// call returns the call of one of the functions above.
func call(name string, argument parsing.ASTNode, weight int) parsing.ASTNode {
	return parsing.ASTNode{NodeType: parsing.ASTFunctionExpression, Value: name, Children: []parsing.ASTNode{
		argument, {NodeType: parsing.ASTLiteral, Value: weight},
	}}
}

// size returns how many nodes an expression has.
func size(node parsing.ASTNode) int {
	nodes := 1
	for _, child := range node.Children {
		nodes += size(child)
	}
	return nodes
}

// inBounds limits the bounds of a slice to more than the length of any list. With larger
// ones, the library's sums overflow.
func inBounds(bounds any) any {
	const farthest = 1 << 30
	parts, _ := bounds.([]*int)
	near := make([]*int, len(parts))
	for i, part := range parts {
		if part != nil {
			value := max(-farthest, min(*part, farthest))
			near[i] = &value
		}
	}
	return near
}
