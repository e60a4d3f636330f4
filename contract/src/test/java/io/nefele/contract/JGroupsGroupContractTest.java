package io.nefele.contract;

import io.nefele.hierarchy.jgroups.JGroupsGroups;

class JGroupsGroupContractTest extends GroupContract {
  @Override
  GroupBed newBed() {
    return new JGroupsGroups();
  }
}
