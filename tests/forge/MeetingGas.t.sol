// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;
import {MeetingHouse} from "./MeetingHouse.sol";
import {IRAT} from "../../contracts/interfaces/IRAT.sol";
import {MemberNumber} from "../../contracts/libraries/Types.sol";
import {console} from "forge-std/console.sol";

contract MeetingGasTest is MeetingHouse {
    function setUp() public { buildMeetingHouse(300); }
    function _batch(uint32 m, uint256 from) private {
        bytes memory papers;
        for (uint256 i = from; i < from + 100; ++i) papers = abi.encodePacked(papers, paper(i, m, 0x9159 & 0x5555, 2));
        vm.cool(address(box)); vm.cool(address(registry));
        uint256 g = gasleft();
        box.cast(m, papers);
        g -= gasleft();
        uint256 data;
        bytes memory c = abi.encodeCall(box.cast, (m, papers));
        for (uint256 i = 0; i < c.length; ++i) data += c[i] == 0 ? 4 : 16;
        console.log("batch a ballot", (g + data + 21000) / 100, data / 100, g / 100);
    }
    function test_gas() public {
        IRAT.Notice memory n = notice(8);
        vm.prank(ketua);
        uint256 g = gasleft();
        uint32 m = rat.convene(n);
        g -= gasleft();
        bytes memory c = abi.encodeCall(rat.convene, (n));
        uint256 data;
        for (uint256 i = 0; i < c.length; ++i) data += c[i] == 0 ? 4 : 16;
        console.log("convene", g + data + 21000, data, g);
        vm.warp(START + 20 days);
        _batch(m, 0);
        _batch(m, 100);
        address a = vm.addr(keys[250]);
        vm.prank(vm.addr(keys[240])); box.castOwn(m, MemberNumber.wrap(241), 0x5555);
        vm.cool(address(box)); vm.cool(address(registry));
        vm.prank(a);
        g = gasleft();
        box.castOwn(m, MemberNumber.wrap(251), 0x5555);
        console.log("own", g - gasleft() + 21000 + 700);
    }
}
